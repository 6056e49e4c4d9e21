"""Let a child process end by itself, and kill it if it does not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

GRACE_SECONDS = 30.0  # for a process to stop its own child processes


def stop(child: Popen[bytes], terminate: bool = True) -> None:
    """Terminate a process, unless a signal has reached it, and kill it after GRACE_SECONDS."""
    import threading

    if terminate:
        child.terminate()
    timer = threading.Timer(GRACE_SECONDS, child.kill)
    timer.daemon = True
    timer.start()


def is_terminal_foreground() -> bool:
    """Return whether this process is a terminal's foreground job: its children receive Ctrl-C."""
    try:
        with open("/dev/tty", "rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except (OSError, AttributeError):
        return os.name == "nt"
