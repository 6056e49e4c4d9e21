"""The Celery application of the tests' site."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.queue_settings")

app = Celery("site_queue")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
