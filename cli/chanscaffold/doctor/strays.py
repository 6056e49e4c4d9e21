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

VARIABLE = "CHANSCAFFOLD_DOCTOR_RUN"
ANY_MARK = f"{VARIABLE}=".encode()
ROUNDS = 10  # a stray may be starting another one
PR_SET_CHILD_SUBREAPER = 36

_adopting = threading.Event()


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

    For a program whose children all come from here, and not for one that merely uses this module.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0:
            _adopting.set()


def _strays(mark: bytes) -> Iterator[int]:
    if not os.path.isdir("/proc/self"):
        return
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            variables = _read(name, "environ").split(b"\0")
            if mark in variables or (_is_adopted(name) and not any(each.startswith(ANY_MARK) for each in variables)):
                yield int(name)


def _is_adopted(name: str) -> bool:
    """Return whether a process is a living child of ours; `comm`, in brackets, may hold anything."""
    if not _adopting.is_set():
        return False
    state, parent = _read(name, "stat").rpartition(b")")[2].split()[:2]
    return state != b"Z" and int(parent) == os.getpid()


def _read(name: str, what: str) -> bytes:
    with open(f"/proc/{name}/{what}", "rb") as file:
        return file.read()
