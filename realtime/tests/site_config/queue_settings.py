"""Settings of the workers of queues: the site's, with Django's tasks and Celery."""

from importlib.util import find_spec

from site_config.settings import *  # noqa: F403
from site_config.settings import CHANNEL_LAYER_URL, INSTALLED_APPS

# In Django 5.2, a package has the tasks of Django 6.
BACKPORT = [] if find_spec("django.tasks") else ["django_tasks"]
INSTALLED_APPS = [*INSTALLED_APPS, *BACKPORT, "django_tasks_db", "site_queue"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CELERY_BROKER_URL = CHANNEL_LAYER_URL
