"""PostgreSQL for the project under test."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from processes import find_free_port, running

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from support import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
START_TIMEOUT = 30  # seconds until it accepts connections


@contextmanager
def run_postgres(folder: Path) -> Iterator[str]:
    """Run PostgreSQL in a folder until the block ends. Yield the URL of an empty database."""
    port = find_free_port()
    postgres.initialize(folder / "data")
    command = list(map(str, postgres.server_command(folder / "data", HOST, port)))
    with running(command, port, folder, dict(os.environ)):
        create_database(postgres.url(HOST, port, "postgres"))
        yield postgres.url(HOST, port)


def create_database(maintenance_url: str) -> None:
    """Create the database when the server accepts connections."""
    deadline = time.monotonic() + START_TIMEOUT
    while not postgres.accepts_connections(maintenance_url):
        if time.monotonic() > deadline:
            sys.exit("PostgreSQL does not accept connections.")
        time.sleep(0.05)
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {postgres.DATABASE}")
