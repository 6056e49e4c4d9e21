"""Work in real workers of Celery and of Django's tasks, and pages of two servers that show it."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest

from channels_realtime.testing.waiting import wait_until
from support.live_servers import SERVERS, live_sites
from support.websocket_clients import connect_clients

pytestmark = pytest.mark.slow  # they start two servers and a worker

PREPARE = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from people.models import Person
call_command("migrate", verbosity=0)
client = Client()
client.force_login(Person.objects.create_user("alice"))
print(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
"""
WORKERS = {
    "celery": ["celery", "-A", "site_queue", "worker", "--concurrency", "1"],
    "django": ["django", "db_worker", "--interval", "0.1", "--no-reload"],
}
ENQUEUE = {
    "celery": """
import django
django.setup()
import site_queue.celery
from site_queue.tasks import celery_task
for name in {names}:
    celery_task.delay(name)
""",
    "django": """
import django
django.setup()
from site_queue.tasks import django_task
for name in {names}:
    django_task.enqueue(name)
""",
}
LOST_AFTER = 3  # seconds


class Queue:
    """A queue with a worker, and two servers that are separate processes."""

    def __init__(self, kind, folder, layer):
        self.kind, self.folder = kind, folder
        self.shared = {
            "DATABASE_URL": f"sqlite:///{folder / 'queue.sqlite3'}",
            "CHANNEL_LAYER_URL": layer,
            "CHANNEL_LAYER_PREFIX": folder.name,
        }
        self.env = os.environ | self.shared
        self.env["DJANGO_SETTINGS_MODULE"] = "site_config.queue_settings"
        self.env["HEARTBEAT_SECONDS"] = "1"
        self.cookie = self.run_python(PREPARE).strip()

    def run_python(self, code):
        """Run code, and return what it prints."""
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, env=self.env, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def enqueue(self, *names):
        """Add works to the queue. The worker does one after the other."""
        self.run_python(ENQUEUE[self.kind].format(names=names))

    @contextmanager
    def worker(self):
        """Run the worker in a session of its own."""
        command = [sys.executable, "-m", *WORKERS[self.kind]]
        with (self.folder / "worker.log").open("wb") as log:
            streams = {"stdout": log, "stderr": subprocess.STDOUT}
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.env, start_new_session=True, **streams
            )
        try:
            yield process
        finally:
            kill(process)


def kill(worker):
    """Kill a worker and its children."""
    with suppress(ProcessLookupError):  # it is killed already
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@pytest.fixture(params=WORKERS)
def queue(request, tmp_path, valkey):
    return Queue(request.param, tmp_path, valkey.url("redis"))


async def test_work_is_shown_to_its_end_and_work_that_is_killed_as_lost(queue, tmp_path):
    variables = {**queue.shared, "LOST_AFTER": str(LOST_AFTER)}
    with live_sites(tmp_path / "sites", SERVERS, **variables) as sites, queue.worker() as worker:
        async with connect_clients(sites, path="ws/progress/", Cookie=queue.cookie) as pages:
            await asyncio.to_thread(queue.enqueue, "working", "failing", "endless")
            ends = (("working", "succeeded"), ("failing", "failed"), ("endless", "running"))
            await show(pages, *ends)
            async with connect_clients(sites, path="ws/progress/", Cookie=queue.cookie) as late:
                await show(late, *ends)
            await asyncio.to_thread(kill, worker)
            await show(pages, ("endless", "lost"))
    numbers = [frame["done"] for frame in pages[0].frames if frame.get("name") == "working"]
    assert len(set(numbers)) > 3
    assert numbers == sorted(numbers)


async def show(pages, *expected):
    """Wait until each page has shown works in these states: pairs of a name and a state."""
    for page in pages:
        await wait_until(lambda page=page: set(expected) <= states(page), f"{expected} are shown")


def states(page):
    """Return the pairs of a name and a state that a page has shown."""
    works = [work for frame in page.frames for work in frame.get("works", [frame])]
    return {(work["name"], work["state"]) for work in works}
