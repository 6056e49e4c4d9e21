"""Run git independently of the caller's git variables, and of the repository around it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from channels_doctor.support import signals
from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.git_errors import GitError, TooLarge, read_error

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SECONDS = 120  # for one git command
POLL_SECONDS = 1.0
MAX_FETCH_BYTES = 64 * 1024 * 1024  # of each file that git writes, such as a packed commit
PROTOCOLS = "file:git:http:https:ssh"
# Git's variables for the network. The others would change the repository or the configuration.
NETWORK_VARIABLES = ("GIT_SSH", "GIT_ASKPASS", "GIT_SSL", "GIT_PROXY")
OPTIONS = (
    "--no-replace-objects",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.version=2"),
    *("-c", "gc.auto=0"),
    # Fetch into one file, whose size has a limit. Git's version decides which of the two counts.
    *("-c", "fetch.unpackLimit=1"),
    *("-c", "transfer.unpackLimit=1"),
)


def run_git(
    *arguments: str, folder: str, protocols: str = PROTOCOLS, stdin: IO[bytes] | None = None
) -> bytes:
    """Run git in a folder and return its output; `protocols` are those that it may use.

    Raise GitError if it fails or exceeds a limit, and Refused if git is not installed.
    """
    git = shutil.which("git")
    if git is None:
        raise Refused(
            "There is no git on your PATH, and a starter's address needs it: install git, or give "
            "a folder."
        )
    command = [git, *OPTIONS, *arguments]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        with signals.child_process(
            lambda: _start(command, folder, protocols, stdin or subprocess.DEVNULL, output, errors)
        ) as child:
            _wait(child, output)
        if child.returncode != 0:
            raise read_error(errors, child.returncode)
        output.seek(0)
        return output.read()


Stream = IO[bytes] | int


class _Git(subprocess.Popen[bytes]):
    """A git process, whose own children, such as ssh, are killed with it."""

    def kill(self) -> None:
        """Kill git, and its session if it has one of its own."""
        if sys.platform != "win32" and self.poll() is None and os.getsid(self.pid) == self.pid:
            os.killpg(self.pid, signal.SIGKILL)
        else:
            super().kill()


def _start(command: list[str], folder: str, protocols: str, *streams: Stream) -> _Git:
    """Start git; `streams` are its standard input, output and error."""
    stdin, output, errors = streams
    with _file_size_limit():
        return _Git(
            command,
            cwd=folder,
            env=_environment(protocols),
            stdin=stdin,
            stdout=output,
            stderr=errors,
            # Python ignores SIGXFSZ. Git must ignore it too, to end with an error and no core dump.
            restore_signals=False,
            # If the input is not a terminal, ssh must not prompt on the terminal of the session.
            start_new_session=not os.isatty(0),
        )


@contextmanager
def _file_size_limit() -> Iterator[None]:
    """Limit the files of processes that start in the block to MAX_FETCH_BYTES, except on Windows.

    The processes inherit the limit from this one. Code between fork and exec could instead wait
    forever for a lock of another thread.
    """
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = MAX_FETCH_BYTES if soft == resource.RLIM_INFINITY else min(soft, MAX_FETCH_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _environment(protocols: str) -> dict[str, str]:
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(NETWORK_VARIABLES)
    }
    env |= {"GIT_ALLOW_PROTOCOL": protocols, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    if not os.isatty(0):
        env["GIT_TERMINAL_PROMPT"] = "0"
    return env


def _wait(child: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    """Wait for git, and kill it at a limit; GitError if that is necessary."""
    deadline = time.monotonic() + MAX_SECONDS
    try:
        while child.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                child.wait(min(POLL_SECONDS, MAX_SECONDS))
            # Git only looks at the end whether its output was written.
            if os.fstat(output.fileno()).st_size >= MAX_FETCH_BYTES:
                raise TooLarge
        if child.poll() is None:
            raise GitError(f"git did not answer within {MAX_SECONDS} s")
    finally:
        child.kill()
        child.wait()
