"""The examination of a project's sources, and the rules.

It runs in the project's own interpreter (3.8 or newer), isolated and without the project on its path: files are parsed,
never imported. Nothing here may need more than the standard library.
"""
