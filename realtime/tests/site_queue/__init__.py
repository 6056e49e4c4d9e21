"""The same work as a task of Celery and as one of Django's, with their Celery application."""
