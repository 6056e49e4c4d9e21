"""Processes that tests wait for or look for."""

import contextlib
import os
import time
from pathlib import Path

import pytest


def wait_for(condition, what, limit=60.0):
    """Return what `condition` returns once that is true; fail after `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail(f"After {limit:g} seconds still not: {what}")


def processes_in(folder):
    """Return the command lines of processes that run in a folder or name it, by process id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
                command = command.replace("\0", " ").strip()
                home = os.readlink(entry / "cwd")
                if command and (Path(home).is_relative_to(folder) or str(folder) in command):
                    found[int(entry.name)] = command
    return found


def is_alive(process):
    """Return whether a process runs and is not a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
