"""What `--live` runs in the project's own interpreter: a throw-away database, the server, the channel layer.

Each mode is a process of its own (see main.py). Standard library, Django and Channels of the project only, and Python
3.8 or newer.
"""
