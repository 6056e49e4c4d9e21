"""Import the project, and write what Django knows about it to a file.

The process may end at any point, so the facts of a stage are written before the next stage begins.
"""
