"""The errors of git: their reasons, and advice."""

from __future__ import annotations

import errno
import os
import re
import shlex
from typing import IO

MAX_ERROR_BYTES = 64 * 1024
MAX_REASON_CHARACTERS = 300
# Lines of git's errors that do not give the reason.
NO_REASONS = (
    "Please make sure",
    "and the repository exists",
    "fatal: Could not read from remote",
    "warning:",
    "hint:",
)
# By a pattern for git's reason. On a terminal, the command asks, and git's helpers keep the answer.
ADVICE = {
    "Host key verification failed": "run `{command}` on a terminal, and compare the key that it "
    "shows with the key of the host",
    r"Permission denied \(": "the host must know one of your keys, and `ssh-add -l` lists those of "
    "your agent",
    "could not read |Authentication failed": "run `{command}` on a terminal, and let git's "
    "credential helper keep the password (`git help credentials`)",
    "certificate|SSL": "let git trust the issuer of the host's certificate, with "
    "`git config --global http.sslCAInfo FILE`",
    "dumb http": "the server must run git, and not only serve the files of a repository",
    "not found$|not appear to be": "check the address and your permission to read it",
}
OTHER_ADVICE = "`{command}` shows whether git can reach it"


class GitError(Exception):
    """A git command failed; the text is git's reason without a full stop."""


class TooLarge(GitError):
    """Git tried to write a file that exceeds the limit."""


def read_error(errors: IO[bytes], code: int) -> GitError:
    """Return the error with git's own reason, which is its last line that says something."""
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - MAX_ERROR_BYTES))
    text = errors.read().decode(errors="replace")
    if os.strerror(errno.EFBIG) in text:
        return TooLarge()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if not line.startswith(NO_REASONS)] or lines
    reason = reasons[-1] if reasons else f"git ended with {code}"
    reason = reason.removeprefix("fatal: ").removeprefix("remote: ").rstrip(".")
    # The user's configuration may add a token to an address (`insteadOf`), which git repeats.
    return GitError(re.sub(r"://[^/\s]*@", "://", reason)[:MAX_REASON_CHARACTERS])


def advise(reason: str, url: str) -> str:
    """Return advice, without a full stop, for git's reason not to read the repository at a URL."""
    matching = (advice for pattern, advice in ADVICE.items() if re.search(pattern, reason))
    return next(matching, OTHER_ADVICE).format(command=f"git ls-remote -- {shlex.quote(url)}")
