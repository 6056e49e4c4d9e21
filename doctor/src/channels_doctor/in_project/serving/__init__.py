"""Run the project's server, its temporary databases and its channel layer for `--live`.

Each task is a process of its own; see main.py.
"""
