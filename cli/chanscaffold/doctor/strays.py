"""Find and kill what a child has left behind outside of its process group: daemons, and children with a session."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "CHANSCAFFOLD_DOCTOR_RUN"
ROUNDS = 10  # a stray may be starting another one


def marked(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with a mark that no other process has, and that children inherit."""
    return {**env, VARIABLE: secrets.token_hex(16)}


def kill_strays(env: Mapping[str, str]) -> None:
    """Kill every process that bears the mark of an environment, where the system shows environments (Linux)."""
    mark = f"{VARIABLE}={env[VARIABLE]}".encode()
    for _ in range(ROUNDS):
        found = list(_bearers(mark))
        for process in found:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        if not found:
            return


def _bearers(mark: bytes) -> Iterator[int]:
    if not os.path.isdir("/proc/self"):
        return
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
            if mark in file.read().split(b"\0"):
                yield int(name)
