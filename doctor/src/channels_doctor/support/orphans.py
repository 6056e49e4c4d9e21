"""Find and kill what a child has left behind outside of its process group: daemons, and children with a session."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "CHANSCAFFOLD_RUN"
ANY_MARK = f"{VARIABLE}=".encode()
ROUNDS = 10  # a stray may be starting another one
PR_SET_CHILD_SUBREAPER = 36

_adopting = threading.Event()
_earlier: set[str] = (
    set()
)  # children that this process has brought along, from whoever became it by exec


def marked(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with a mark that no other process has, and that children inherit."""
    return {**env, VARIABLE: secrets.token_hex(16)}


def kill_strays(env: Mapping[str, str]) -> None:
    """Kill every process that bears the mark of an environment, where the system shows environments (Linux).

    After `adopt` also those that have lost it and came to us when their parents ended: our own children have marks.
    """
    mark = f"{VARIABLE}={env[VARIABLE]}".encode()
    for _ in range(ROUNDS):
        found = list(_strays(mark))
        for process in found:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        if not found:
            return


def adopt() -> None:
    """Let whatever our children leave behind become our own child, where the system can (Linux): so it is found.

    For a program whose later children all come from here, and not for one that merely uses this module.
    """
    _earlier.update(name for name in _processes() if _is_child(name))
    with contextlib.suppress(OSError, AttributeError, TypeError):
        if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0:
            _adopting.set()


def _strays(mark: bytes) -> Iterator[int]:
    for name in _processes():
        with contextlib.suppress(OSError):
            variables = _read(name, "environ").split(b"\0")
            if mark in variables or (
                _is_adopted(name) and not any(each.startswith(ANY_MARK) for each in variables)
            ):
                yield int(name)


def _processes() -> list[str]:
    """Return the ids of all processes, where the system shows them."""
    return (
        [name for name in os.listdir("/proc") if name.isdecimal()]
        if os.path.isdir("/proc/self")
        else []
    )


def _is_adopted(name: str) -> bool:
    return _adopting.is_set() and name not in _earlier and _is_child(name)


def _is_child(name: str) -> bool:
    """Return whether a process is a living child of ours; `comm`, in brackets, may hold anything."""
    try:
        state, parent = _read(name, "stat").rpartition(b")")[2].split()[:2]
    except OSError:
        return False
    return state != b"Z" and int(parent) == os.getpid()


def _read(name: str, what: str) -> bytes:
    with open(f"/proc/{name}/{what}", "rb") as file:
        return file.read()
