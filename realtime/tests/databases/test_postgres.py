"""PostgreSQL: restarted between two messages, and used by many clients at once."""

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

from channels_realtime.services.postgres import PostgreSQL
from support.live_servers import SERVERS, live_sites
from support.tcp_proxy import lasting_port
from support.websocket_clients import connect_clients

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="the database is SQLite")

PREPARE_TIMEOUT = 60  # seconds
MIN_CONNECTIONS, MAX_CONNECTIONS = 1, 4  # of the pool in site_config/settings.py
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
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


class TemporaryPostgreSQL(PostgreSQL):
    """A server for these tests, which they can restart, with the site's tables and one user."""

    def __init__(self, folder):
        super().__init__()
        self.own_folder, self.cookie = folder, ""
        self.host, self.port = "127.0.0.1", lasting_port()
        self.user, self.password, self.database = "tester", "secret", "project"
        address = f"{self.user}:{self.password}@{self.host}:{self.port}/{self.database}"
        self.environment: dict[str, Any] = {"DATABASE_URL": f"postgres://{address}"}

    @property
    def folder(self):
        return self.own_folder

    def prepare(self):
        """Migrate, create the user, and return the user's session cookie."""
        env = {**os.environ, **self.environment, "DJANGO_SETTINGS_MODULE": "site_config.settings"}
        result = subprocess.run(
            [sys.executable, "-c", PREPARE],
            cwd=settings.BASE_DIR,
            env=env,
            check=True,
            timeout=PREPARE_TIMEOUT,
            capture_output=True,
            text=True,
        )
        return f"{settings.SESSION_COOKIE_NAME}={result.stdout.strip()}"

    def restart(self):
        assert self.process
        self.process.stop(self.stop_signal)
        self.start()

    def connections(self):
        """Return how many connections to the database there are, besides the one that counts."""
        address = self.environment["DATABASE_URL"]
        count = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(address) as counter:
            [(connections,)] = counter.execute(count).fetchall()
            return connections


@pytest.fixture(scope="module")
def postgres(tmp_path_factory, possible_postgres):
    server = TemporaryPostgreSQL(tmp_path_factory.mktemp("postgres"))
    with server.serving():
        server.cookie = server.prepare()
        yield server


def test_after_a_restart_of_postgres_at_most_the_first_message_fails(postgres, tmp_path):
    variants: dict[str, Any] = {"pool": {}, "none": {"WITHOUT_POOL": "1"}}
    with ExitStack() as stack:
        sockets = {}
        for name, variables in variants.items():
            running = live_sites(tmp_path / name, SERVERS, **postgres.environment, **variables)
            for site in stack.enter_context(running):
                pair = [stack.enter_context(site.connect("ws/test/")) for _ in range(2)]
                sockets[site.log.name, name] = pair
        assert [find(each) for pair in sockets.values() for each in pair] == ["alice"] * 8
        for _ in range(2):
            postgres.restart()
            for first, second in sockets.values():
                found = [find(socket) for socket in (first, second, first, second)]
                assert found[0] in ("alice", "internal")
                assert found[1:] == ["alice"] * 3


def find(socket):
    """Let the server query the user: return the name, or the error's code."""
    socket.send('{"type":"test.find"}')
    answer = json.loads(socket.recv(timeout=20))
    return answer["code"] if answer["type"] == "error" else answer["text"]


async def test_50_requests_and_50_handshakes_at_once_share_the_connections_of_the_pool(
    postgres, tmp_path
):
    with (
        live_sites(tmp_path, ["uvicorn"], **postgres.environment) as [site],
        ThreadPoolExecutor(50) as browsers,
    ):
        site.cookies["alice"] = postgres.cookie
        requests = [
            browsers.submit(site.get, "/accounts/password_change/", "alice") for _ in range(50)
        ]
        async with connect_clients(
            [site] * 50, path="ws/test/authenticated/", Cookie=postgres.cookie
        ) as clients:
            answers = await asyncio.gather(*map(asyncio.wrap_future, requests))
            assert {status for status, _ in answers} == {200}
            assert all(client.is_open for client in clients)
        assert MIN_CONNECTIONS < postgres.connections() <= MAX_CONNECTIONS


def test_a_view_that_waits_too_long_for_a_connection_of_the_pool_is_answered_with_503(
    postgres, tmp_path
):
    with (
        live_sites(tmp_path, ["uvicorn"], **postgres.environment) as [site],
        ThreadPoolExecutor(8) as browsers,
    ):
        requests = [browsers.submit(site.get, "/test/wait/7/") for _ in range(8)]
        statuses = sorted(request.result()[0] for request in requests)
        assert statuses == [200] * MAX_CONNECTIONS + [503] * (8 - MAX_CONNECTIONS)
        assert "Traceback" not in site.log.read_text()


def test_postgres_notices_within_seconds_that_a_client_s_host_has_died(db):
    with connection.cursor() as cursor:
        if connection.connection.info.host.startswith("/"):
            pytest.skip("a Unix socket has no host that could die")
        cursor.execute("SHOW tcp_user_timeout")
        assert cursor.fetchone() in [("10000",), ("10s",)]
