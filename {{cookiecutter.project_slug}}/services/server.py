"""A server that an address of the project names: does somebody serve it, and if not, start it."""

import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals
from typing import ClassVar

from django.conf import settings

from services.process import ServerProcess

FOLDER = ".services"  # in the project, ignored by git
HERE = ("127.0.0.1", "localhost")
START_LIMIT = 60  # seconds
PAUSE = 0.05  # seconds between two attempts


class ServiceError(Exception):
    """A server cannot be used or started; the text says why and what to do."""


class Server(ABC):
    """One server. Its address comes from a variable of the environment."""

    name: ClassVar[str]
    variable: ClassVar[str]
    farewell: ClassVar[Signals]  # the signal that ends it in order

    host: str
    port: int
    password: str
    process: ServerProcess | None = None  # if it is one of ours

    @abstractmethod
    def is_named(self) -> bool:
        """Return whether the variable names a server of this kind at all."""

    @abstractmethod
    def greet(self) -> None:
        """Use the address as the project does. Raises Exception if the server does not take it."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return its command line, after making its data. Raises ServiceError if there is none."""

    def configuration(self) -> str:
        """Return what it reads from its standard input."""
        return ""

    def asks_for_patience(self, error: Exception) -> bool:
        """Return whether the server is only on its way up or down."""
        return False

    def __str__(self) -> str:
        return f"{self.name} at {self.host}:{self.port}"

    @property
    def folder(self) -> Path:
        """Where its data is."""
        return Path(settings.BASE_DIR) / FOLDER / self.name.lower()

    def answers(self) -> bool:
        """Return whether somebody serves the address.

        Raises ServiceError if it is somebody who does not take all of it.
        """
        deadline = time.monotonic() + START_LIMIT
        while self._listens():
            refusal = self._refusal()
            if refusal is None:
                return True
            if not self.asks_for_patience(refusal) or time.monotonic() > deadline:
                raise ServiceError(
                    f"What answers at {self.host}:{self.port} does not take {self.variable}: "
                    f"{self._in_one_line(refusal)}. Correct it in .env, or {self._alternative()}."
                )
            time.sleep(PAUSE)
        return False

    @contextmanager
    def serving(self) -> Iterator[bool]:
        """Have the address served as long as the block runs; give whether this has started it.

        Raises ServiceError.
        """
        if self.answers():
            yield False
            return
        self.require_that_it_may_start()
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        try:
            with one_at_a_time(self.folder / "lock"):
                if not self.answers():
                    self.start()
            yield self.process is not None
        finally:
            if self.process:
                self.process.stop(self.farewell)

    def require_that_it_may_start(self) -> None:
        """Raise ServiceError for another machine, and for an address that would be open to all."""
        if self.host not in HERE:
            raise ServiceError(f"{self} ({self.variable}) does not answer; start it there.")
        if not self.password:
            raise ServiceError(
                f"{self} does not answer, and is not started without a password: "
                f"write one into {self.variable} in .env, as .env.example has it."
            )

    def start(self) -> None:
        """Start it and return when it answers. Raises ServiceError."""
        self.process = ServerProcess(self.command(), self.folder, self.configuration())
        deadline = time.monotonic() + START_LIMIT
        while self.process.is_alive() and time.monotonic() < deadline:
            if self.answers():
                return
            time.sleep(PAUSE)
        raise ServiceError(f"{self} did not start: {self.process.said()}")

    def require_alive(self) -> None:
        """Raise ServiceError if the process has ended by itself."""
        if self.process and not self.process.is_alive():
            raise ServiceError(f"{self} has ended: {self.process.said()}")

    def _listens(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=5).close()
        except ConnectionRefusedError:
            return False
        except OSError as error:
            raise ServiceError(f"{self} ({self.variable}) cannot be reached: {error}.") from None
        return True

    def _refusal(self) -> Exception | None:
        try:
            self.greet()
        except Exception as error:
            return error
        return None

    def _alternative(self) -> str:
        if self.process:  # with data that was made for another password, user or name
            return f"start your own server there, or delete {self.folder} with its data"
        return "stop what answers there"

    def _in_one_line(self, error: Exception) -> str:
        text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        return text.replace(self.password, "***") if self.password else text


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let other processes wait here until the block has ended, where the system has such locks."""
    with path.open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows
            pass
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
