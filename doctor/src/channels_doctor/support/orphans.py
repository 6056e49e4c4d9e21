"""Find and kill the orphan processes of a child: daemons, and processes in a session of their own.

Linux shows the environment of every process. A child gets a variable with a unique value, its own
children inherit the variable, and a process with that value is an orphan once the child has ended.
"""

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
MAX_ROUNDS = 10  # an orphan may start another process while it is killed
PR_SET_CHILD_SUBREAPER = 36

_adopting = threading.Event()
# Children that this process already had, because another program became it by exec.
_earlier_children: set[str] = set()


def mark_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with a unique mark, which child processes inherit."""
    return {**env, VARIABLE: secrets.token_hex(16)}


def kill_orphans(env: Mapping[str, str]) -> None:
    """Kill every process that has the mark of `env`, on Linux.

    After `adopt_orphans()`, also kill children of this process that have removed their mark.
    """
    mark = f"{VARIABLE}={env[VARIABLE]}".encode()
    for _ in range(MAX_ROUNDS):
        orphans = list(_find_orphans(mark))
        for process in orphans:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        if not orphans:
            return


def adopt_orphans() -> None:
    """Become the parent of the orphans of this process's children, on Linux.

    Use it only in a program whose later children all have a mark, not in a library.
    """
    _earlier_children.update(name for name in _list_processes() if _is_child(name))
    with contextlib.suppress(OSError, AttributeError, TypeError):
        if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0:
            _adopting.set()


def _find_orphans(mark: bytes) -> Iterator[int]:
    for name in _list_processes():
        with contextlib.suppress(OSError):
            variables = _read(name, "environ").split(b"\0")
            is_marked = any(variable.startswith(ANY_MARK) for variable in variables)
            if mark in variables or (not is_marked and _is_adopted(name)):
                yield int(name)


def _list_processes() -> list[str]:
    """Return the ids of all processes, where the system shows them."""
    if not os.path.isdir("/proc/self"):
        return []
    return [name for name in os.listdir("/proc") if name.isdecimal()]


def _is_adopted(name: str) -> bool:
    return _adopting.is_set() and name not in _earlier_children and _is_child(name)


def _is_child(name: str) -> bool:
    """Return whether a process is a living child of this process."""
    try:
        # The second field is the command in parentheses, which may itself contain any character.
        state, parent = _read(name, "stat").rpartition(b")")[2].split()[:2]
    except OSError:
        return False
    return state != b"Z" and int(parent) == os.getpid()


def _read(name: str, what: str) -> bytes:
    with open(f"/proc/{name}/{what}", "rb") as file:
        return file.read()
