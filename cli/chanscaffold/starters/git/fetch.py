"""Bring the starter that an address means into the cache."""

from __future__ import annotations

import os
import shlex
import tempfile
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import ChanscaffoldError, Refused
from chanscaffold.files import write_tree
from chanscaffold.starters.git import cache
from chanscaffold.starters.git.address import HASH
from chanscaffold.starters.git.blobs import read_commit
from chanscaffold.starters.git.git_errors import advise
from chanscaffold.starters.git.process import GitError, TooLarge, run_git
from chanscaffold.starters.git.refs import BRANCHES_AND_TAGS, KINDS, list_refs, resolve
from chanscaffold.starters.limits import FETCH_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.starters.git.address import Address
    from chanscaffold.starters.git.refs import Version


# Git's number for a whole history. Without a depth it would also ask servers that are mere folders of files, and those
# send as many files as they like, where a bound for each is none for all.
ALL = 2**31 - 1


class Checkout(NamedTuple):
    """A commit's files in the cache; `note` is a sentence for the user if they may be out of date, else empty."""

    folder: str
    commit: str
    note: str


def fetch(address: Address) -> Checkout:
    """Return the files that an address stands for today, or did when it was last used if it cannot be reached.

    A full hash that was fetched before is served without git. Raise Refused if there is no such version or no starter
    in it, and ChanscaffoldError if it cannot be fetched.
    """
    try:
        commit = cache.recall(address)
        if commit and commit == address.ref:
            return Checkout(cache.folder_of(commit), commit, "")
        return _fetch(address, commit)
    except TooLarge as error:
        raise Refused(
            f"{address.text} is larger than {FETCH_BYTES >> 20} MiB, the most that is fetched: "
            "keep the starter in a repository of its own."
        ) from error
    except GitError as error:
        advice = advise(str(error), address.url)
        raise ChanscaffoldError(f"{address.text} cannot be fetched: {error}; {advice}.") from error
    except OSError as error:
        raise ChanscaffoldError(
            f"{cache.cache()}: {error.filename} cannot be written: {error.strerror}."
        ) from error


def _fetch(address: Address, last: str | None) -> Checkout:
    with cache.partial() as folder:
        # It need not exist to be named, and so no other repository is found.
        git = partial(run_git, f"--git-dir={os.path.join(folder, 'git')}", folder=folder)
        try:
            version = resolve(address, git)
        except GitError as error:
            if last is None:
                raise
            return Checkout(cache.folder_of(last), last, _note(address, error))
        commit = version.commit
        # A hash that the user gave says nothing about whether the repository has it.
        if not cache.has(commit) or commit == address.ref:
            commit = _store(address, version, folder, git)
    cache.remember(address, commit)
    has_moved = version.ref.startswith("refs/tags/") and last not in (None, commit)
    note = f"{address.text} has moved its tag {address.ref}." if has_moved else ""
    return Checkout(cache.folder_of(commit), commit, note)


def _note(address: Address, error: GitError) -> str:
    ref = address.ref or "its default branch"
    return f"{address.text} could not be reached ({error}): {ref} is taken from the cache, as of its last use."


def _store(address: Address, version: Version, folder: str, git: Callable[..., bytes]) -> str:
    """Bring a commit's files into the cache, by way of a folder, and return its hash."""
    commit = _download(address, version, git)
    files = os.path.join(folder, "files")
    write_tree(read_commit(commit, f"{address.text}, commit {commit[:12]}", git), files)
    cache.keep(files, commit)
    return commit


def _download(address: Address, version: Version, git: Callable[..., bytes]) -> str:
    """Fetch into an empty repository, and return the commit that came: a branch may have moved meanwhile."""
    git("init", "--quiet", "--bare", "--template=", f"--object-format={KINDS[len(version.commit)]}")
    fetch_refs = partial(git, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
    try:
        fetch_refs("--depth=1", "--", address.url, version.ref)
        commit = "FETCH_HEAD"
    except GitError as error:
        if version.ref != version.commit or isinstance(error, TooLarge):
            raise
        # Some servers give only what a branch or a tag stands for.
        _fetch_all(address, git, fetch_refs)
        commit = version.commit
    return _verify(commit, address, git)


def _fetch_all(
    address: Address, git: Callable[..., bytes], fetch_refs: Callable[..., bytes]
) -> None:
    """Fetch what all branches and tags stand for, without refs of our own: each would be a file."""
    names = [
        name
        for name in list_refs(address, git)
        if name.startswith(BRANCHES_AND_TAGS) and not set(name) & set("^:")
    ]
    with tempfile.TemporaryFile() as refs:
        refs.write("".join(f"{name}\n" for name in names).encode())
        refs.seek(0)
        fetch_refs(f"--depth={ALL}", "--stdin", "--", address.url, stdin=refs)


def _verify(name: str, address: Address, git: Callable[..., bytes]) -> str:
    """Return the hash of a commit that was fetched; Refused if it is none, or another than was asked for."""
    try:
        commit = git("rev-parse", "--verify", f"{name}^{{commit}}").decode().strip()
    except GitError:
        commit = ""
    if not commit or (HASH.fullmatch(address.ref) and commit != address.ref):
        command = f"git ls-remote -- {shlex.quote(address.url)}"
        raise Refused(f"{address.text} has no commit {address.ref}: `{command}` lists what it has.")
    return commit
