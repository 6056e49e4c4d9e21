"""Run git so that nothing has a say in it that was not asked: no variable, repository or hook that lies around."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from channels_doctor.support.errors import Refused
from channels_doctor.support.signals import stop
from chanscaffold.starters.git.git_errors import find_reason
from chanscaffold.starters.limits import FETCH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 120  # for one git command
OUTPUT_BYTES = 32 * 1024 * 1024  # of one git command
PROTOCOLS = "file:git:http:https:ssh"
# Of git's variables these say how a network is reached; the others would lead to another repository or configuration.
KEPT = ("GIT_SSH", "GIT_ASKPASS", "GIT_SSL", "GIT_PROXY")
OPTIONS = (
    "--no-replace-objects",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.version=2"),
    *("-c", "gc.auto=0"),
    # All that is fetched is one file, which has a bound. Which of the two counts depends on git's version.
    *("-c", "fetch.unpackLimit=1"),
    *("-c", "transfer.unpackLimit=1"),
)


class GitError(Exception):
    """A git command failed; the text is the reason, as git gives it and without a full stop."""


class TooLarge(GitError):
    """Git had to write a file of more than FETCH_BYTES."""


def run_git(
    *arguments: str, folder: str, protocols: str = PROTOCOLS, stdin: IO[bytes] | None = None
) -> bytes:
    """Run git in a folder and return what it prints; `protocols` are those that it may use, with ":" between them.

    Raise GitError if it fails, takes longer than SECONDS, prints more than OUTPUT_BYTES or writes files of more than
    FETCH_BYTES, and Refused without git.
    """
    git = shutil.which("git")
    if git is None:
        raise Refused(
            "There is no git on your PATH, and a starter's address needs it: install git, or give a folder."
        )
    with tempfile.TemporaryFile() as errors:
        child = _start(
            [git, *OPTIONS, *arguments], folder, protocols, stdin or subprocess.DEVNULL, errors
        )
        end = time.monotonic() + SECONDS
        output = _communicate(child)
        if len(output) > OUTPUT_BYTES:
            raise GitError(f"the answer has more than {OUTPUT_BYTES >> 20} MiB")
        if child.returncode != 0:
            late = time.monotonic() > end
            raise (
                GitError(f"git had no answer after {SECONDS} s")
                if late
                else _reason(errors, child.returncode)
            )
        return output


class _Git(subprocess.Popen[bytes]):
    """Git, which takes along what it has started, such as an ssh that waits for a silent host."""

    def kill(self) -> None:
        """Kill git, and all of its session if it has one of its own."""
        if sys.platform != "win32" and self.poll() is None and os.getsid(self.pid) == self.pid:
            os.killpg(self.pid, signal.SIGKILL)
        else:
            super().kill()


def _start(
    command: list[str], folder: str, protocols: str, stdin: IO[bytes] | int, errors: IO[bytes]
) -> _Git:
    with stop.hold(), _bounded_files():
        stop.child = child = _Git(
            command,
            cwd=folder,
            env=_environment(protocols),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=errors,
            # Python ignores the signal for files that are too large. Git must too, to end with an error and no core.
            restore_signals=False,
            # Otherwise ssh would ask on the terminal that there is, though our input is not from there.
            start_new_session=not os.isatty(0),
        )
    return child


@contextmanager
def _bounded_files() -> Iterator[None]:
    """Let processes that start meanwhile write no file of more than FETCH_BYTES, where the system has such bounds.

    They inherit the bound from us, who have it for an instant. Python code between fork and exec could instead wait for
    ever for a lock of another thread, such as the timer of the last command.
    """
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    own = FETCH_BYTES if soft == resource.RLIM_INFINITY else min(soft, FETCH_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (own, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _environment(protocols: str) -> dict[str, str]:
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(KEPT)
    }
    own |= {"GIT_ALLOW_PROTOCOL": protocols, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    if not os.isatty(0):
        own["GIT_TERMINAL_PROMPT"] = "0"
    return own


def _communicate(child: _Git) -> bytes:
    """Return what a process prints, a byte too much at most; it is stopped when it takes too long."""
    timer = threading.Timer(SECONDS, child.kill)
    timer.daemon = True
    with child:
        try:
            timer.start()
            assert child.stdout
            output = child.stdout.read(OUTPUT_BYTES + 1)
            if len(output) > OUTPUT_BYTES:
                child.kill()
            child.wait()
        except BaseException:
            child.kill()
            raise
        finally:
            timer.cancel()
            stop.child = None
    return output


def _reason(errors: IO[bytes], code: int) -> GitError:
    """Return why git failed."""
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 64 * 1024))
    text = errors.read().decode(errors="replace")
    return TooLarge() if os.strerror(errno.EFBIG) in text else GitError(find_reason(text, code))
