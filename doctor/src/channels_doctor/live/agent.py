"""A process of the project's interpreter that does one part of the examination, and ends when we do."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
from typing import IO, Any, Self

from channels_doctor.support.orphans import kill_strays, marked
from channels_doctor.support.sanitize import printable

Message = dict[str, Any]

# The package is loaded by its path, so that the project's interpreter finds nothing else of ours.
START = """
import sys, importlib.util as tools
folder, mode = sys.argv[1:]
name = "channels_doctor_live"
spec = tools.spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
package = tools.module_from_spec(spec)
sys.modules[name] = package
spec.loader.exec_module(package)
from channels_doctor_live.main import main
sys.argv[1:] = []
main(mode)
"""
SERVER = os.path.join(os.path.dirname(__file__), "server")
KEPT = 20_000  # bytes of what it says, the last ones
LONGEST = 200_000  # characters of an answer
ANSWERS = 1000  # that wait to be read
LINES = 8  # of its last words


class Ended(Exception):
    """The process ended, failed or was silent for too long; the text says which, and its own last words."""


class Helper:
    """Starts one mode of the server package. Use it as a context manager: it ends with the block."""

    def __init__(self, python: str, folder: str, mode: str, task: Message) -> None:
        self._env = marked({**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"})
        command = [python, "-c", START, SERVER, mode]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=self._env,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
        )
        self._answers: queue.Queue[Message | None] = queue.Queue(ANSWERS)
        self._said = b""
        for work, stream in ((self._hear, self.process.stdout), (self._keep, self.process.stderr)):
            threading.Thread(target=work, args=(stream,), daemon=True).start()
        self.tell(task)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def tell(self, message: Message) -> None:
        """Send one message; harmless if it has ended."""
        if self.process.stdin:
            with contextlib.suppress(OSError, ValueError):
                self.process.stdin.write(json.dumps(message).encode() + b"\n")
                self.process.stdin.flush()

    def answer(self, *keys: str, limit: float) -> Message:
        """Return the next message that has one of the keys. Raises Ended when it fails, ends, or takes too long."""
        deadline = time.monotonic() + limit
        while True:
            try:
                # A wait that is over raises ValueError, however many messages there are.
                message = self._answers.get(timeout=deadline - time.monotonic())
            except (queue.Empty, ValueError):
                raise Ended(f"nothing came of it within {limit:g} seconds") from None
            if message is None:
                raise Ended(f"it ended: {self.last_words()}")
            if "failed" in message:
                raise Ended(str(message["failed"]))
            if any(key in message for key in keys):
                return message

    def last_words(self) -> str:
        """Return the last lines that it said, without the passwords of addresses."""
        lines = [line for line in self._said.decode(errors="replace").splitlines() if line.strip()]
        text = re.sub(r"(://)\S*@", r"\1***@", "\n".join(lines[-LINES:]))
        return printable(text) or f"exit code {self.process.poll()}, without a word"

    def end(self, patience: float = 0.0) -> None:
        """Close its stdin, and kill it with all its children when that does not end it."""
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._kill()
        self.process.wait()
        kill_strays(self._env)

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if os.name == "nt":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)

    def _hear(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(LONGEST):
                with contextlib.suppress(ValueError, RecursionError):
                    message = json.loads(line)
                    if isinstance(message, dict):
                        self._answers.put(message)
        self._answers.put(None)

    def _keep(self, stream: IO[bytes]) -> None:
        with stream:
            while part := os.read(stream.fileno(), 65_536):
                self._said = (self._said + part)[-KEPT:]
