"""End politely on Ctrl-C, SIGTERM and SIGHUP: what one of them means depends on how far `new` has come."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen
    from types import FrameType

SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Stop:
    """Handle a signal: before the project is in place, remove what was written and leave; after that, only note it.

    The handler cleans up by itself. An exception raised from it could be lost inside a library, and could come between
    the making of a folder and the `try` that removes it.
    """

    def __init__(self) -> None:
        self.work: str | None = None
        self.in_place = False
        self.noted = False
        self.child: Popen[bytes] | None = None
        self.is_watching = (
            False  # whether this process is the command itself, and not somebody who uses it
        )
        self.code = 1  # the exit code, when there was nothing to remove
        self._held: list[int] | None = None  # signals that are put off

    def watch(self) -> None:
        """Start handling signals, except those that the caller, like nohup, told us to ignore."""
        self.is_watching = True
        for each in SIGNALS:
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, self._receive)

    def begin(self, work: str) -> None:
        """Name the folder that everything is written to until the project is in its place."""
        self.work = work
        self.in_place = False

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Put signals off until the block has ended: between its start and its name here, nobody would end a child."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for signum in held:
                self._receive(signum, None)

    def _receive(self, signum: int, _frame: FrameType | None) -> None:
        if self._held is not None:
            self._held.append(signum)
        elif self.in_place:
            self._forward(signum)
        else:
            self._leave(signum)

    def _leave(self, signum: int) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        if self.child:
            self.child.kill()
        if self.work:
            _remove(self.work)
        _say(f"Stopped by {signal.Signals(signum).name}: nothing was written.\n")
        if self.work:
            os._exit(1)
        # Nothing to lose here, and a prompt has to give the terminal back.
        raise SystemExit(self.code)

    def _forward(self, signum: int) -> None:
        if self.child and not self.noted and not (signum == signal.SIGINT and _has_terminal()):
            self.child.terminate()
        self.noted = True


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _has_terminal() -> bool:
    """Return whether we are a terminal's foreground job: then its Ctrl-C reaches the child without us."""
    try:
        with open("/dev/tty", "rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except (OSError, AttributeError):
        return os.name == "nt"


def _say(text: str) -> None:
    """Write to standard error past its buffer, which the interrupted code may be using."""
    with contextlib.suppress(OSError):
        os.write(2, text.encode())


stop = Stop()
