"""Code that runs in the project's own interpreter (Python 3.8 or newer), with its Django and code.

It uses the standard library, Django and Channels only. `start.py` loads it under a name of its own:
`inspection` imports the project and writes down facts, `serving` runs it on temporary databases.
"""
