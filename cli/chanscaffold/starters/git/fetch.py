"""Fetch the starter at an address into the cache."""

from __future__ import annotations

import os
import shlex
import tempfile
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.starters.git import commit_cache
from chanscaffold.starters.git.address import COMMIT_HASH
from chanscaffold.starters.git.git_errors import GitError, TooLarge, advise
from chanscaffold.starters.git.read_commit import read_commit
from chanscaffold.starters.git.refs import HASH_FUNCTIONS, list_refs, resolve
from chanscaffold.starters.git.run_git import MAX_FETCH_BYTES, run_git

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.files import Files
    from chanscaffold.starters.git.address import Address
    from chanscaffold.starters.git.refs import Version


class Fetched(NamedTuple):
    """The files of a commit.

    `note` is a sentence for the user if the commit may be outdated, or if a tag has moved.
    """

    files: Files
    commit: str
    note: str = ""


def fetch(address: Address) -> Fetched:
    """Return the current commit of an address, or its last one if the address cannot be reached.

    A full hash of a commit in the cache needs no git. Raise Refused if there is no such version or
    no valid starter in it, and CommandError if it cannot be fetched.
    """
    try:
        last = commit_cache.last_commit(address)
        files = commit_cache.load_commit(address, last) if last else None
        if last and files and last == address.ref:
            return Fetched(files, last)
        return _update(address, Fetched(files, last) if last and files else None)
    except TooLarge as error:
        raise Refused(
            f"{address.text} has more than {MAX_FETCH_BYTES >> 20} MiB, which is the limit: "
            "keep the starter in a repository of its own."
        ) from error
    except GitError as error:
        advice = advise(str(error), address.url)
        raise CommandError(f"{address.text} cannot be fetched: {error}; {advice}.") from error
    except OSError as error:
        raise CommandError(
            f"The cache {commit_cache.cache_folder()} cannot be written: {error.strerror} "
            f"({error.filename})."
        ) from error


def _update(address: Address, last: Fetched | None) -> Fetched:
    """Fetch the current commit unless it is in the cache."""
    with tempfile.TemporaryDirectory(prefix="chanscaffold-") as folder:
        # A folder that need not exist: git must not find another repository.
        git = partial(run_git, f"--git-dir={os.path.join(folder, 'git')}", folder=folder)
        try:
            version = resolve(address, git)
        except GitError as error:
            if last is None:
                raise
            ref = address.ref or "its default branch"
            return last._replace(
                note=f"{address.text} cannot be reached ({error}): "
                f"{ref} is from the cache, as of its last use."
            )
        commit = version.commit
        files = commit_cache.load_commit(address, commit)
        if files is None:
            commit, files = _download(address, version, git)
            commit_cache.store_commit(address, commit, files)
        commit_cache.remember_commit(address, commit)
    has_moved = version.ref.startswith("refs/tags/") and last and last.commit != commit
    note = f"{address.text} has moved its tag {address.ref}." if has_moved else ""
    return Fetched(files, commit, note)


def _download(address: Address, version: Version, git: Callable[..., bytes]) -> tuple[str, Files]:
    """Return the fetched commit and its files; a branch may have moved since it was resolved."""
    hash_function = HASH_FUNCTIONS[len(version.commit)]
    git("init", "--quiet", "--bare", "--template=", f"--object-format={hash_function}")
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1")
    try:
        git("fetch", *options, "--", address.url, version.ref)
    except TooLarge:
        raise
    except GitError as error:
        if version.ref != address.ref or "dumb http" in str(error):
            raise
        list_refs(address, git)  # raises the error of a server that cannot be reached
        raise _no_commit(address) from error
    commit = _verify(address, git)
    return commit, read_commit(commit, f"{address.text}, commit {commit[:12]}", git)


def _verify(address: Address, git: Callable[..., bytes]) -> str:
    """Return the hash of the fetched commit; Refused if it is not the requested one."""
    try:
        commit = git("rev-parse", "--verify", "FETCH_HEAD^{commit}").decode().strip()
    except GitError as error:
        raise _no_commit(address) from error
    if COMMIT_HASH.fullmatch(address.ref) and commit != address.ref:
        raise _no_commit(address)
    return commit


def _no_commit(address: Address) -> Refused:
    command = f"git ls-remote -- {shlex.quote(address.url)}"
    return Refused(
        f"{address.text} has no commit {address.ref}: `{command}` lists its tags and branches."
    )
