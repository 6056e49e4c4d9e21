"""End a command in order on Ctrl-C, SIGTERM and SIGHUP.

Signals belong to the process, so this module holds the only state, and other modules use its
functions. A command moves through two phases. Before `commit()`, a signal kills the child process,
removes the staging folder and ends the command. After it, a signal only reaches the child process,
and the command itself goes on to its end.
"""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

from channels_doctor.support.graceful_stop import is_terminal_foreground, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from subprocess import Popen
    from types import FrameType

SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class _Handler:
    """The state of signal handling, and the handler itself.

    The handler cleans up by itself, because an exception raised from it could be lost inside a
    library, or come between the creation of a folder and the `try` that removes it.
    """

    def __init__(self) -> None:
        self.installed = False
        self.exit_code = 1
        self.outcome = "nothing was written"
        self.staging_folder: str | None = None
        self.committed = False
        self.forwarded = False
        self.child: Popen[bytes] | None = None

    def receive(self, signum: int, _frame: FrameType | None) -> None:
        """Forward the signal or end the command."""
        if self.committed:
            self._forward(signum)
        else:
            self._end(signum)

    def _end(self, signum: int) -> None:
        # With SIG_IGN, Python would print an error for a signal that has arrived meanwhile.
        _handle_all(lambda *_: None)
        if self.child:
            self.child.kill()
        if self.staging_folder:
            import shutil

            shutil.rmtree(self.staging_folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # not into the buffer, which may be in use
            os.write(2, f"Stopped by {signal.Signals(signum).name}: {self.outcome}.\n".encode())
        if self.staging_folder:
            os._exit(self.exit_code)
        # Without a folder to remove, exit normally: a prompt must restore the terminal. input() may
        # lose the exception, so the next signal raises it again.
        _handle_all(self._exit)
        self._exit()

    def _exit(self, *_: object) -> None:
        raise SystemExit(self.exit_code)

    def _forward(self, signum: int) -> None:
        if self.child and not self.forwarded:
            stop(self.child, terminate=signum != signal.SIGINT or not is_terminal_foreground())
        self.forwarded = True


_handler = _Handler()


def _handle_all(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)


def install() -> None:
    """Handle the signals, except those that the parent process ignores, as nohup does."""
    _handler.installed = True
    for each in SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _handler.receive)


def is_installed() -> bool:
    """Return whether this process is the command itself, and not a program that imports it."""
    return _handler.installed


def set_exit_code(code: int, outcome: str = "nothing was written") -> None:
    """Set the exit code for a signal or an unexpected error before `commit()`.

    `outcome` is what the message about a signal says.
    """
    _handler.exit_code, _handler.outcome = code, outcome


def get_exit_code() -> int:
    """Return the exit code for a signal or an unexpected error; it is 1 until a command sets it."""
    return _handler.exit_code


@contextlib.contextmanager
def remove_on_signal(folder: str) -> Iterator[None]:
    """Remove `folder` if a signal arrives inside the block and before `commit()`.

    The folder need not exist yet.
    """
    _handler.staging_folder = folder
    _handler.committed = False
    try:
        yield
    finally:
        _handler.staging_folder = None


@contextlib.contextmanager
def commit() -> Iterator[None]:
    """From here on, forward signals to the child process, unless the block fails."""
    _handler.committed = True
    try:
        yield
    except BaseException:
        _handler.committed = False
        raise


def was_forwarded() -> bool:
    """Return whether a signal arrived after `commit()`."""
    return _handler.forwarded


@contextlib.contextmanager
def child_process(start: Callable[[], Popen[bytes]]) -> Iterator[Popen[bytes]]:
    """Call `start`, and let a signal inside the block end the process that it returns.

    Signals are blocked meanwhile, because the handler does not know a child that starts. The
    process starts with the signals blocked, and unblocks them once it handles them.
    """
    with blocked():
        _handler.child = child = start()
    try:
        if _handler.forwarded:
            stop(child)
        yield child
    finally:
        _handler.child = None


@contextlib.contextmanager
def blocked() -> Iterator[None]:
    """Handle signals at the end of the block, for work that must not be interrupted."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
