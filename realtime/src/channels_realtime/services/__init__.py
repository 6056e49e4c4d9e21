"""Development services: start PostgreSQL and Valkey where a project's addresses name them.

They come as wheels (the extra `services`). The setting REALTIME_SERVICES lists those that the
project uses. `manage.py services` keeps them running in a terminal; `manage.py smoke` and the
tests start them for as long as they need them.
"""
