"""A server that a setting of the project names: find out whether it runs, or start it."""

import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals
from typing import ClassVar

from channels_realtime.conf import project_dir
from channels_realtime.services.process import ServerProcess

DATA_FOLDER = ".services"  # in the project, ignored by git
LOCAL_HOSTS = ("127.0.0.1", "localhost")
START_LIMIT = 60  # seconds
RETRY_DELAY = 0.05  # seconds


class ServiceError(Exception):
    """A server cannot be used or started. The text says why, and what to do."""


class Server(ABC):
    """One server. Its address comes from the variable of the environment that `variable` names."""

    name: ClassVar[str]
    variable: ClassVar[str]
    stop_signal: ClassVar[Signals]  # for an orderly shutdown

    host: str
    port: int
    password: str
    process: ServerProcess | None = None  # if this object has started it

    @abstractmethod
    def is_configured(self) -> bool:
        """Return whether the project uses a server of this kind."""

    @abstractmethod
    def connect(self) -> None:
        """Connect as the project does. Raise Exception if the server refuses that."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line, after making the data. Raise ServiceError if there is none."""

    def configuration(self) -> str:
        """Return what the server reads from its standard input."""
        return ""

    def is_starting_or_stopping(self, error: Exception) -> bool:
        """Return whether the error of `connect` only means that the server is not ready."""
        return False

    def __str__(self) -> str:
        return f"{self.name} at {self.host}:{self.port}"

    @property
    def folder(self) -> Path:
        """The folder of the server's data."""
        return project_dir() / DATA_FOLDER / self.name.lower()

    def answers(self) -> bool:
        """Return whether a server answers at the address.

        Raise ServiceError if it is one that does not accept the address's user or password.
        """
        deadline = time.monotonic() + START_LIMIT
        while self._listens():
            refusal = self._connection_error()
            if refusal is None:
                return True
            if not self.is_starting_or_stopping(refusal) or time.monotonic() > deadline:
                raise ServiceError(
                    f"The server at {self.host}:{self.port} does not accept {self.variable}: "
                    f"{self._in_one_line(refusal)}. Correct it in .env, or {self._alternative()}."
                )
            time.sleep(RETRY_DELAY)
        return False

    @contextmanager
    def serving(self) -> Iterator[bool]:
        """Start the server for the block unless one answers; yield whether it was started.

        Raise ServiceError.
        """
        if self.answers():
            yield False
            return
        self.require_startable()
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        try:
            with file_lock(self.folder / "lock"):
                if not self.answers():
                    self.start()
            yield self.process is not None
        finally:
            if self.process:
                self.process.stop(self.stop_signal)

    def require_startable(self) -> None:
        """Raise ServiceError for another machine, and for an address without a password."""
        if self.host not in LOCAL_HOSTS:
            raise ServiceError(f"{self} ({self.variable}) does not answer; start it there.")
        if not self.password:
            raise ServiceError(
                f"{self} does not answer, and is not started without a password: "
                f"write one into {self.variable} in .env, as .env.example has it."
            )

    def start(self) -> None:
        """Start the server and return when it answers. Raise ServiceError."""
        self.process = ServerProcess(self.command(), self.folder, self.configuration())
        deadline = time.monotonic() + START_LIMIT
        while self.process.is_alive() and time.monotonic() < deadline:
            if self.answers():
                return
            time.sleep(RETRY_DELAY)
        raise ServiceError(f"{self} did not start: {self.last_output()}")

    def is_alive(self) -> bool:
        """Return whether the process that this object has started still runs."""
        return self.process is not None and self.process.is_alive()

    def last_output(self) -> str:
        """Return the last lines of the server's log."""
        return self.process.last_output() if self.process else ""

    def _listens(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=5).close()
        except ConnectionRefusedError:
            return False
        except OSError as error:
            raise ServiceError(f"{self} ({self.variable}) cannot be reached: {error}.") from None
        return True

    def _connection_error(self) -> Exception | None:
        try:
            self.connect()
        except Exception as error:
            return error
        return None

    def _alternative(self) -> str:
        if self.process:  # with data that was made for another password, user or name
            return f"start your own server there, or delete {self.folder} with its data"
        return "stop that server"

    def _in_one_line(self, error: Exception) -> str:
        text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        return text.replace(self.password, "***") if self.password else text


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Let other processes wait until the block has ended, where the system has such locks."""
    with path.open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows
            pass
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
