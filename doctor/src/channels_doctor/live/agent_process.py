"""A process in the project's own Python that runs one task of the live examination."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from typing import IO, Any, Self

from channels_doctor.in_project import start
from channels_doctor.in_project.masking import mask_secrets
from channels_doctor.support.processes import CHUNK_BYTES, UntrustedProcess
from channels_doctor.support.sanitize import printable

Message = dict[str, Any]

START = start.__file__
MAX_LOG_BYTES = 20_000  # of standard error; the earlier output is dropped
MAX_LOG_LINES = 8  # in a sentence
MAX_MESSAGE_BYTES = 200_000
MAX_WAITING_MESSAGES = 1000


class AgentError(Exception):
    """The process ended, failed or did not answer in time; the text says which, and why."""


class AgentProcess:
    """Run a task of in_project/serving/main.py. Use it as a context manager.

    At the end of the block, the process and all that it has started are killed. Raises OSError if
    it cannot be started.
    """

    def __init__(self, python: str, folder: str, task: str, options: Message) -> None:
        self._process = UntrustedProcess(
            [python, START, "serving", task],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        popen = self._process.popen
        self._messages: queue.Queue[Message | None] = queue.Queue(MAX_WAITING_MESSAGES)
        self._log = b""
        for read, stream in ((self._read_messages, popen.stdout), (self._read_log, popen.stderr)):
            threading.Thread(target=read, args=(stream,), daemon=True).start()
        self.send(options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.popen.poll() is None

    def send(self, message: Message) -> None:
        """Send one message; do nothing if the process has ended."""
        stdin = self._process.popen.stdin
        if stdin:
            with contextlib.suppress(OSError, ValueError):
                stdin.write(json.dumps(message).encode() + b"\n")
                stdin.flush()

    def send_signal(self, number: int) -> None:
        """Send a signal; do nothing if the process has ended."""
        self._process.popen.send_signal(number)

    def receive(self, *keys: str, seconds: float) -> Message:
        """Return the next message with one of the keys. Raises AgentError without one in time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                # After the deadline this raises ValueError, even if messages are waiting.
                message = self._messages.get(timeout=deadline - time.monotonic())
            except (queue.Empty, ValueError):
                raise AgentError(f"there was no answer within {seconds:g} seconds") from None
            if message is None:
                raise AgentError(f"it ended: {self.last_output()}")
            if "failed" in message:
                raise AgentError(str(message["failed"]))
            if any(key in message for key in keys):
                return message

    def last_output(self) -> str:
        """Return the last lines of the process's output, without secrets."""
        lines = [line for line in self._log.decode(errors="replace").splitlines() if line.strip()]
        text = printable(mask_secrets("\n".join(lines[-MAX_LOG_LINES:])))
        return text or f"exit code {self._process.popen.poll()}, without output"

    def stop(self, seconds: float = 0.0) -> None:
        """Close stdin, wait for the process to end, and kill what is still running."""
        stdin = self._process.popen.stdin
        if stdin:
            with contextlib.suppress(OSError):
                stdin.close()
        self._process.wait(seconds)
        self._process.kill()

    def _read_messages(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(MAX_MESSAGE_BYTES):
                with contextlib.suppress(ValueError, RecursionError):
                    message = json.loads(line)
                    if isinstance(message, dict):
                        self._messages.put(message)
        self._messages.put(None)

    def _read_log(self, stream: IO[bytes]) -> None:
        with stream:
            while chunk := os.read(stream.fileno(), CHUNK_BYTES):
                self._log = (self._log + chunk)[-MAX_LOG_BYTES:]
