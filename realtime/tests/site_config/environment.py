"""The environment of one test run: a temporary folder, a database, the path for child processes.

What is chosen here is written into `os.environ`, so that the processes that a test starts (servers,
commands, development services) use the same.
"""

import atexit
import os
import secrets
import shutil
import socket
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def choose_folder() -> Path:
    """Return the folder of this run, and of this worker of pytest-xdist."""
    if "REALTIME_TEST_FOLDER" not in os.environ:
        os.environ["REALTIME_TEST_FOLDER"] = tempfile.mkdtemp(prefix="realtime-tests-")
        atexit.register(shutil.rmtree, os.environ["REALTIME_TEST_FOLDER"], ignore_errors=True)
    folder = Path(os.environ["REALTIME_TEST_FOLDER"], os.environ.get("PYTEST_XDIST_WORKER", "main"))
    folder.mkdir(exist_ok=True)
    return folder


def choose_database(folder: Path) -> str:
    """Return DATABASE_URL: SQLite, or what REALTIME_TEST_DATABASE=postgres asks for.

    That is a PostgreSQL on a free port, with a password of its own, which `services` starts.
    """
    kind = os.environ.get("REALTIME_TEST_DATABASE", "sqlite")
    if kind == "sqlite":
        return f"sqlite:///{folder / 'db.sqlite3'}"
    if kind != "postgres":
        raise ValueError(f"REALTIME_TEST_DATABASE is {kind!r}; it must be sqlite or postgres.")
    address = folder / "postgres-address"
    if not address.exists():
        address.write_text(f"postgres://app:{secrets.token_hex(8)}@127.0.0.1:{free_port()}/app")
    return address.read_text()


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def find_tests_in_children() -> None:
    """Let child processes import this package."""
    path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(TESTS) not in path:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS), *filter(None, path)])
