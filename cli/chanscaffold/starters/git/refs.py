"""Which commit a tag, a branch or a hash stands for in somebody else's repository."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.address import HASH
from chanscaffold.starters.git.process import GitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.starters.git.address import Address

BRANCHES_AND_TAGS = ("refs/heads/", "refs/tags/")
KINDS = {40: "sha1", 64: "sha256"}  # the hash functions of repositories, by the length of a hash

_PART_OF_A_HASH = re.compile("[0-9a-f]{7,63}")


class Version(NamedTuple):
    """What to fetch: the full name of a tag or a branch, or a hash; `commit` is what it stands for."""

    ref: str
    commit: str


def resolve(address: Address, git: Callable[..., bytes]) -> Version:
    """Return what an address stands for in its repository; a tag wins over a branch of the same name.

    Raise GitError if the repository cannot be read, and Refused if it has no such tag or branch.
    """
    if HASH.fullmatch(address.ref):
        return Version(address.ref, address.ref)
    refs = list_refs(address, git)
    for ref in (
        (f"refs/tags/{address.ref}", f"refs/heads/{address.ref}") if address.ref else ("HEAD",)
    ):
        if ref in refs:
            # An annotated tag is an object of its own; its commit stands in a second line.
            return Version(ref, refs.get(f"{ref}^{{}}", refs[ref]))
    raise _unknown(address, refs)


def list_refs(address: Address, git: Callable[..., bytes]) -> dict[str, str]:
    """Return the hashes by ref of a repository; GitError if it cannot be read."""
    refs = {}
    for line in git("ls-remote", "--", address.url).decode(errors="replace").splitlines():
        commit, _, ref = line.partition("\t")
        if not HASH.fullmatch(commit):
            raise GitError(f"git lists refs as {line!r:.80}")
        refs[ref] = commit
    return refs


def _unknown(address: Address, refs: dict[str, str]) -> Refused:
    if _PART_OF_A_HASH.fullmatch(address.ref):
        reason = f"no tag or branch {address.ref!r:.80}; of a commit give the full hash, as `git rev-parse` shows it"
    elif address.ref:
        reason = f"no tag or branch {address.ref!r:.80}"
    else:
        reason = "no default branch"
    names = {
        ref.split("/", 2)[2] for ref in refs if ref.startswith(BRANCHES_AND_TAGS) and ref[-1] != "}"
    }
    nearest = get_close_matches(address.ref or "main", sorted(names), n=3, cutoff=0)
    hint = (
        f"the nearest of its {len(names)} are {', '.join(nearest)}"
        if names
        else "it is empty: push to it first"
    )
    return Refused(f"{address.text} has {reason}; {hint:.300}.")
