"""Work in two queues."""

import os
import time

from celery import shared_task

from channels_realtime.progress import tracking
from people.models import Person

try:
    from django.tasks import task
except ImportError:  # Django 5.2
    from django_tasks import task

tracking.HEARTBEAT_SECONDS = float(os.environ["HEARTBEAT_SECONDS"])


def work(name: str) -> None:
    """Do 20 steps in two seconds. Work with the name "failing" fails, "endless" does not end."""
    with tracking.progress(Person.objects.get(), name, total=20) as p:
        for step in range(1, 21):
            time.sleep(0.1)
            p.update(step)
            if name == "failing":
                raise RuntimeError("on purpose")
        if name == "endless":
            time.sleep(3600)


@shared_task
def celery_task(name: str) -> None:
    """Work in Celery."""
    work(name)


@task
def django_task(name: str) -> None:
    """Work in Django's tasks."""
    work(name)
