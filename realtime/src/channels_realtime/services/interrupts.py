"""Signals that end a command: raise KeyboardInterrupt once, and let the command clean up."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Windows lacks one of them.
NUMBERS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

_state = {"deferred": False, "pending": False}


def listen() -> None:
    """Raise KeyboardInterrupt for the first signal, and ignore those that follow.

    Signals that the parent ignores, as `nohup` does, stay ignored.
    """
    set_handler(_interrupt)
    if hasattr(signal, "pthread_sigmask"):  # bootstrap.py has blocked them until here
        signal.pthread_sigmask(signal.SIG_UNBLOCK, NUMBERS)


def ignore() -> None:
    """Ignore the signals until Python has ended; call it outside of a handler.

    Python prints an error for a signal that arrives before its handler becomes SIG_IGN. So the
    signals are blocked first, which also calls the handlers of those that have arrived.
    """
    set_handler(lambda *_: None)
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_BLOCK, NUMBERS)
        set_handler(signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, NUMBERS)


def set_handler(handler: Any) -> None:
    """Set the handler of each signal that ends a program."""
    for number in NUMBERS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


@contextmanager
def deferred() -> Iterator[None]:
    """Let a signal wait for the end of the block, such as the start of a child process."""
    _state.update(deferred=True, pending=False)
    try:
        yield
    finally:
        _state["deferred"] = False
        if _state["pending"]:
            _interrupt()


def _interrupt(*_: object) -> None:
    if _state["deferred"]:
        _state["pending"] = True
        return
    # The cleanup must not be interrupted.
    set_handler(lambda *_: None)
    raise KeyboardInterrupt
