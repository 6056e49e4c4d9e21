"""Run untrusted programs: kill everything that they start, and limit their time and output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Literal, NamedTuple, Self

from channels_doctor.support.orphans import kill_orphans, mark_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_OUTPUT_SECONDS = 1.0  # to read what a program has left in its pipe
CHUNK_BYTES = 65_536
MAX_TEXT_BYTES = 10_000


class UntrustedProcess:
    """A program in a process group of its own. Use it as a context manager.

    At the end of the block, the program and all processes that it has started are killed. Raises
    OSError if the program cannot be started.
    """

    def __init__(
        self, command: list[str], *, cwd: str, env: Mapping[str, str], stdout: int, stderr: int
    ) -> None:
        self._env = mark_environment(env)
        self.popen = subprocess.Popen(
            command,
            cwd=cwd,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Kill the process, its group, and what has left the group."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.kill()
        self.popen.wait()
        kill_orphans(self._env)

    def wait(self, seconds: float) -> bool:
        """Return whether the process ends within a time."""
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Result(NamedTuple):
    """How a program ended: `code` is its exit code, the number of a signal, or 0 after a timeout.

    `stdout` is the beginning of its output.
    """

    outcome: Literal["exit", "signal", "timeout"]
    code: int
    stdout: bytes


def run(  # noqa: PLR0913 - all of them are part of the command
    command: list[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    seconds: float,
    stdin: bytes = b"",
    max_output_bytes: int,
) -> Result:
    """Run a command for at most `seconds`. Raises OSError if it cannot be started.

    Its standard output is read up to a limit and then closed; standard error is discarded.
    """
    stdout = subprocess.PIPE if max_output_bytes else subprocess.DEVNULL
    with UntrustedProcess(
        command, cwd=cwd, env=env, stdout=stdout, stderr=subprocess.DEVNULL
    ) as process:
        output = _Output(process.popen.stdout, max_output_bytes)
        threading.Thread(target=_feed, args=(process.popen.stdin, stdin), daemon=True).start()
        in_time = process.wait(seconds)
    if not in_time:
        return Result("timeout", 0, output.take())
    code = process.popen.returncode
    return Result("exit" if code >= 0 else "signal", abs(code), output.take())


def output_of(
    command: list[str],
    *,
    cwd: str = os.curdir,
    env: Mapping[str, str] = os.environ,
    seconds: float,
) -> str | None:
    """Return what a command prints; None if it fails, takes longer or cannot be started.

    At most MAX_TEXT_BYTES are read.
    """
    try:
        result = run(command, cwd=cwd, env=env, seconds=seconds, max_output_bytes=MAX_TEXT_BYTES)
    except OSError:
        return None
    is_success = (result.outcome, result.code) == ("exit", 0)
    return os.fsdecode(result.stdout) if is_success else None


class _Output:
    """Reads the beginning of a stream in a thread, because the stream may never end."""

    def __init__(self, stream: IO[bytes] | None, max_bytes: int) -> None:
        self._chunks: list[bytes] = []
        self._thread = threading.Thread(target=self._read, args=(stream, max_bytes), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[bytes] | None, remaining: int) -> None:
        with contextlib.suppress(OSError, ValueError), stream or contextlib.nullcontext():
            while stream and remaining > 0:
                chunk = os.read(stream.fileno(), min(remaining, CHUNK_BYTES))
                if not chunk:
                    return
                self._chunks.append(chunk)
                remaining -= len(chunk)

    def take(self) -> bytes:
        """Return what was read; do not wait for a daemon that still holds the stream open."""
        self._thread.join(LAST_OUTPUT_SECONDS)
        return b"".join(self._chunks)


def _feed(stream: IO[bytes] | None, data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError), stream or contextlib.nullcontext():
        if stream and data:
            stream.write(data)
