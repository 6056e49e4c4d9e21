"""The file that the facts are written to."""

from __future__ import annotations

import json
import os
from typing import NoReturn

# Saved on import, because the project may replace these functions.
_open, _write, _close, _exit, _getpid, _dumps = (
    os.open,
    os.write,
    os.close,
    os._exit,
    os.getpid,
    json.dumps,
)
_flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)


class FactsFile:
    """Append lines to an existing file; open it for each line, because the project may close it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._owner = _getpid()

    def write(self, facts: dict[str, object]) -> None:
        """Append facts as one line of JSON; end the process if it is a fork made by the project."""
        if _getpid() != self._owner:
            _exit(0)
        data = _dumps(facts).encode() + b"\n"
        file = _open(self._path, _flags)
        try:
            while data:
                data = data[_write(file, data) :]
        finally:
            _close(file)

    def exit_process(self) -> NoReturn:
        """End the process at once, without waiting for threads or exit handlers of the project."""
        _exit(0)
