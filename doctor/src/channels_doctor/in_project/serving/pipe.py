"""Exchange lines of JSON with the linter, apart from what the project prints."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any, Callable

from .error_text import error_text


class Pipe:
    """Takes over stdin and stdout; the project's own output goes to stderr.

    When the linter closes stdin or ends, a thread calls `on_close`, which ends this process.
    """

    def __init__(self) -> None:
        self._output = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.on_close: Callable[[], None] = _exit_process
        self._input = os.fdopen(os.dup(0), encoding="utf-8")
        _replace_stdin()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._input:
            self._lines.put(line)
        self._lines.put(None)
        self.on_close()

    def receive(self) -> dict[str, Any] | None:
        """Wait for the next message; return None when stdin is closed."""
        line = self._lines.get()
        return None if line is None else json.loads(line)

    def send(self, **message: Any) -> None:
        """Write one message."""
        self._output.write(json.dumps(message) + "\n")
        self._output.flush()

    def send_error(self, error: BaseException) -> None:
        """Write a message that says what failed."""
        self.send(failed=error_text(error))


def _replace_stdin() -> None:
    """Give the project an empty stdin."""
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    sys.stdin = os.fdopen(0, closefd=False)


def _exit_process() -> None:
    os._exit(1)
