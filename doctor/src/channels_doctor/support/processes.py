"""Run a program that nobody trusts: within a time, with bounded output, and with nothing left of it afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from channels_doctor.support.orphans import kill_strays, marked

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_WORDS = 1.0  # seconds to read what an ended program has left in its pipe


class Ended(NamedTuple):
    """How a program ended: its exit code, or the number of the signal, or (with code 0) that its time was over.

    `stdout` is what it printed, cut off at the limit.
    """

    outcome: Literal["exit", "signal", "time"]
    code: int
    stdout: bytes


def run(  # noqa: PLR0913 - a child has that many surroundings
    command: list[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    seconds: float,
    stdin: bytes = b"",
    output_bytes: int,
) -> Ended:
    """Run a command in a process group of its own and say how it ended; OSError if it cannot start.

    At most `output_bytes` of its standard output are read, then the pipe is closed; with 0 the output goes nowhere, as
    standard error always does. Whatever it leaves behind is killed at the end, also on Ctrl-C.
    """
    env = marked(env)
    process = _start(command, cwd, env, subprocess.PIPE if output_bytes else subprocess.DEVNULL)
    try:
        output = _Output(process.stdout, output_bytes)
        threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True).start()
        in_time = _wait(process, seconds)
    finally:
        _kill(process)
        kill_strays(env)
    if not in_time:
        return Ended("time", 0, output.take())
    return Ended(
        "exit" if process.returncode >= 0 else "signal", abs(process.returncode), output.take()
    )


def _start(
    command: list[str], cwd: str, env: Mapping[str, str], stdout: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class _Output:
    """Reads the beginning of a stream in a thread, because the stream may never end."""

    def __init__(self, stream: IO[bytes] | None, most: int) -> None:
        self._parts: list[bytes] = []
        self._thread = threading.Thread(target=self._read, args=(stream, most), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[bytes] | None, most: int) -> None:
        with contextlib.suppress(OSError, ValueError), stream or contextlib.nullcontext():
            while stream and most > 0 and (part := os.read(stream.fileno(), min(most, 65536))):
                self._parts.append(part)
                most -= len(part)

    def take(self) -> bytes:
        """Return what was read; a process that left the group may hold the stream open, and is not waited for."""
        self._thread.join(LAST_WORDS)
        return b"".join(self._parts)


def _feed(stream: IO[bytes] | None, data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError), stream or contextlib.nullcontext():
        if stream and data:
            stream.write(data)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Return whether the process ended in time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and its group."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
