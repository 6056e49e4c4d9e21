"""Run git so that nothing has a say in it that was not asked: no variable, repository or hook that lies around."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from typing import IO

from chanscaffold.errors import Refused
from chanscaffold.stop import stop

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
)
# What git says beside the reason.
CHATTER = ("Please make sure", "and the repository exists", "fatal: Could not read from remote", "warning:", "hint:")


class GitError(Exception):
    """A git command failed; the text is the reason, as git gives it and without a full stop."""


def run_git(*arguments: str, folder: str, protocols: str = PROTOCOLS, stdin: IO[bytes] | None = None) -> bytes:
    """Run git in a folder and return what it prints; `protocols` are those that it may use, with ":" between them.

    Raise GitError if it fails, takes longer than SECONDS or prints more than OUTPUT_BYTES, and Refused without git.
    """
    git = shutil.which("git")
    if git is None:
        raise Refused("There is no git on your PATH, and a starter's address needs it: install git, or give a folder.")
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [git, *OPTIONS, *arguments],
            cwd=folder,
            env=_environment(protocols),
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        end = time.monotonic() + SECONDS
        output = _communicate(child)
        if len(output) > OUTPUT_BYTES:
            raise GitError(f"the answer has more than {OUTPUT_BYTES >> 20} MiB")
        if child.returncode != 0:
            late = f"git had no answer after {SECONDS} s"
            raise GitError(late if time.monotonic() > end else _reason(errors, child.returncode))
        return output


def _environment(protocols: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(KEPT)}
    own |= {"GIT_ALLOW_PROTOCOL": protocols, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    if not os.isatty(0):
        own["GIT_TERMINAL_PROMPT"] = "0"
    return own


def _communicate(child: subprocess.Popen[bytes]) -> bytes:
    """Return what a process prints, a byte too much at most; it is stopped when it takes too long."""
    timer = threading.Timer(SECONDS, child.kill)
    timer.daemon = True
    stop.child = child
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


def _reason(errors: IO[bytes], code: int) -> str:
    """Return the last line of git's errors that says something."""
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 64 * 1024))
    lines = [line.strip() for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(CHATTER)] or lines or [f"git ended with {code}"]
    return telling[-1].removeprefix("fatal: ").removeprefix("remote: ").rstrip(".")[:300]
