"""Models and queries of Django's ORM."""
