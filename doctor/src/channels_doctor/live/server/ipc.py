"""The pipes to the process that started this one: lines of JSON, apart from what the project itself prints."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any, Callable

from .error_text import told


class Talk:
    """Takes stdin and stdout for itself; the project's own output goes to stderr.

    When stdin ends, whoever started this process is gone or has had enough: `at_the_end` is called then, in a thread.
    """

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.at_the_end: Callable[[], None] = _leave
        self._input = os.fdopen(os.dup(0), encoding="utf-8")
        _empty_stdin()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._input:
            self._lines.put(line)
        self._lines.put(None)
        self.at_the_end()

    def hear(self, limit: float | None = None) -> dict[str, Any] | None:
        """Return the next message, or None at the end. Raises queue.Empty after `limit` seconds."""
        line = self._lines.get(timeout=limit)
        return None if line is None else json.loads(line)

    def say(self, **message: Any) -> None:
        """Answer with one line."""
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()

    def fail(self, error: BaseException) -> None:
        """Answer with what went wrong."""
        self.say(failed=told(error))


def _empty_stdin() -> None:
    """Let the project's code read nothing from our pipe."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = os.fdopen(0, closefd=False)


def _leave() -> None:
    os._exit(1)
