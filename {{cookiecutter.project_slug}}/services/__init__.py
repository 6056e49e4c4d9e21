"""Real servers for development: what the addresses name on this machine and nobody serves.

They come with the packages of the dev group; SERVICES in config/settings.py says which of them
the project has. `manage.py services` keeps them running in a terminal; `bootstrap.py`, `manage.py
smoke` and the tests start them for as long as they need them.
"""
