"""Find the commit of a tag or a branch in a remote repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.address import COMMIT_HASH
from chanscaffold.starters.git.git_errors import GitError
from chanscaffold.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.starters.git.address import Address

HASH_FUNCTIONS = {40: "sha1", 64: "sha256"}  # of repositories, by the length of a hash
PREFIXES = ("refs/heads/", "refs/tags/")

_SHORT_HASH = re.compile("[0-9a-f]{7,63}")


class Version(NamedTuple):
    """The full name of a tag or a branch, or a hash, and the commit that it stands for."""

    ref: str
    commit: str


def resolve(address: Address, git: Callable[..., bytes]) -> Version:
    """Return the version at an address; a tag precedes a branch of the same name.

    Raise GitError if the repository cannot be read, and Refused if it has no such tag or branch.
    """
    if COMMIT_HASH.fullmatch(address.ref):
        return Version(address.ref, address.ref)
    refs = list_refs(address, git)
    names = (f"refs/tags/{address.ref}", f"refs/heads/{address.ref}") if address.ref else ("HEAD",)
    for name in names:
        if name in refs:
            # An annotated tag is an object itself, and another line gives its commit.
            return Version(name, refs.get(f"{name}^{{}}", refs[name]))
    raise _unknown_ref(address, refs)


def list_refs(address: Address, git: Callable[..., bytes]) -> dict[str, str]:
    """Return the hashes of a repository's refs; GitError if the repository cannot be read."""
    refs = {}
    for line in git("ls-remote", "--", address.url).decode(errors="replace").splitlines():
        commit, _, ref = line.partition("\t")
        if not COMMIT_HASH.fullmatch(commit):
            raise GitError(f"git lists refs as {line!r:.80}")
        refs[ref] = commit
    return refs


def _unknown_ref(address: Address, refs: dict[str, str]) -> Refused:
    reason = f"no tag or branch {address.ref!r:.80}" if address.ref else "no default branch"
    if _SHORT_HASH.fullmatch(address.ref):
        reason += "; a commit needs its full hash, as `git rev-parse` shows it"
    names = {ref.split("/", 2)[2] for ref in refs if ref.startswith(PREFIXES) and ref[-1] != "}"}
    hint = suggest(address.ref, sorted(names), "tags and branches")
    return Refused(f"{address.text} has {reason}; {hint:.300}")
