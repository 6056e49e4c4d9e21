"""Set up a project in its own environment: services, migrations, superusers, smoke checks."""
