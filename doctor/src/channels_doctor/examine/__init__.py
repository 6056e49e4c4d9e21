"""The static analysis of a project, and the rules.

It runs in the project's own interpreter, 3.8 or newer, isolated and without the project on its
path: files are parsed and never imported. It uses nothing but the standard library.
"""
