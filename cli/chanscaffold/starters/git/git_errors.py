"""Why git could not do what it was asked to, in its own words, and what helps."""

from __future__ import annotations

import re
import shlex

LENGTH = 300  # characters
# What git says beside the reason.
CHATTER = (
    "Please make sure",
    "and the repository exists",
    "fatal: Could not read from remote",
    "warning:",
    "hint:",
)
# By what a reason matches. The command asks what we could not ask, and git's own helpers keep the answer.
ADVICE = {
    "Host key verification failed": "run `{command}` on a terminal, and compare the key that it shows with the host's",
    r"Permission denied \(": "the host must know one of your keys, and `ssh-add -l` lists those of your agent",
    "could not read |Authentication failed": "run `{command}` on a terminal, and let git's credential helper keep the "
    "password (`git help credentials`)",
    "certificate|SSL": "let git trust who signed for the host, with `git config --global http.sslCAInfo FILE`",
    "dumb http": "its server must run git, and not only give out the files of a repository",
    "not found$|not appear to be": "check the address, and that you may read it",
}
OTHER_ADVICE = "`{command}` shows whether git can reach it"


def find_reason(errors: str, code: int) -> str:
    """Return the last line of git's errors that says something, without a full stop; `code` is how git ended."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    telling = (
        [line for line in lines if not line.startswith(CHATTER)]
        or lines
        or [f"git ended with {code}"]
    )
    reason = telling[-1].removeprefix("fatal: ").removeprefix("remote: ").rstrip(".")
    # The user's own configuration may put a token into an address (`insteadOf`), and git repeats it.
    return re.sub(r"://[^/\s]*@", "://", reason)[:LENGTH]


def advise(reason: str, url: str) -> str:
    """Return what to do about a reason why the repository at a URL cannot be read, without a full stop."""
    found = (advice for pattern, advice in ADVICE.items() if re.search(pattern, reason))
    return next(found, OTHER_ADVICE).format(command=f"git ls-remote -- {shlex.quote(url)}")
