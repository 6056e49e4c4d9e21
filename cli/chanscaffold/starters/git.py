"""Fetch starters with git, and say which commit a starter's folder is at."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from chanscaffold.errors import ChanscaffoldError, Refused
from chanscaffold.starters import cache
from chanscaffold.starters.address import HASH
from chanscaffold.starters.blobs import MODES, list_files, read_commit
from chanscaffold.starters.limits import MANIFEST_BYTES
from chanscaffold.starters.overlay import read_overlay
from chanscaffold.starters.process import GitError, run_git
from chanscaffold.starters.refs import resolve
from chanscaffold.starters.starter import MANIFEST, OVERLAY
from chanscaffold.tree import Source, is_debris, write_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.starters.address import Address
    from chanscaffold.starters.refs import Target

UNVERSIONED = "unversioned"
KINDS = {40: "sha1", 64: "sha256"}  # the hash functions of repositories, by the length of a hash


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
    except GitError as error:
        raise ChanscaffoldError(f"{address.text} cannot be fetched: {error}.") from error
    except OSError as error:
        raise ChanscaffoldError(f"{cache.cache()}: {error.filename} cannot be written: {error.strerror}.") from error


def _fetch(address: Address, last: str | None) -> Checkout:
    with cache.partial() as folder:
        # It need not exist to be named, and so no other repository is found.
        git = partial(run_git, f"--git-dir={os.path.join(folder, 'git')}", folder=folder)
        try:
            target = resolve(address, git)
        except GitError:
            if last is None:
                raise
            return Checkout(cache.folder_of(last), last, _note(address))
        commit = target.commit
        # A hash that the user gave says nothing about whether the repository has it.
        if not cache.has(commit) or commit == address.ref:
            commit = _store(address, target, folder, git)
    cache.remember(address, commit)
    return Checkout(cache.folder_of(commit), commit, "")


def _note(address: Address) -> str:
    ref = address.ref or "its default branch"
    return f"{address.text} could not be reached: {ref} is taken from the cache, as of its last use."


def _store(address: Address, target: Target, folder: str, git: Callable[..., bytes]) -> str:
    """Bring a commit's files into the cache, by way of a folder, and return its hash."""
    commit = _download(address, target, git)
    files = os.path.join(folder, "files")
    write_tree(read_commit(commit, f"{address.text}, commit {commit[:12]}", git), files)
    cache.keep(files, commit)
    return commit


def _download(address: Address, target: Target, git: Callable[..., bytes]) -> str:
    """Fetch into an empty repository, and return the commit that came: a branch may have moved meanwhile."""
    git("init", "--quiet", "--bare", "--template=", f"--object-format={KINDS[len(target.commit)]}")
    fetch_refs = partial(git, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
    try:
        fetch_refs("--depth=1", "--", address.url, target.ref)
        commit = "FETCH_HEAD"
    except GitError:
        if target.ref != target.commit:
            raise
        # Some servers give only what a branch or a tag stands for.
        fetch_refs("--", address.url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        commit = target.commit
    return _verify(commit, address, git)


def _verify(name: str, address: Address, git: Callable[..., bytes]) -> str:
    """Return the hash of a commit that was fetched; Refused if it is none, or another than was asked for."""
    try:
        commit = git("rev-parse", "--verify", f"{name}^{{commit}}").decode().strip()
    except GitError:
        commit = ""
    if not commit or (HASH.fullmatch(address.ref) and commit != address.ref):
        raise Refused(
            f"{address.text} has no commit {address.ref}: `git ls-remote -- {address.url}` lists what it has."
        )
    return commit


def commit_of(folder: str) -> str:
    """Return the hash of the commit that a starter's folder is at, or UNVERSIONED if its files are not exactly that.

    The folder's repository may be anybody's: its configuration can name programs that `git status` or `git diff` would
    run. So git only lists the commit, without any network, and the files are compared here.
    """
    if os.path.islink(os.path.join(folder, MANIFEST)):
        return UNVERSIONED
    git = partial(run_git, folder=folder, protocols="none")
    try:
        commit = git("rev-parse", "--verify", "HEAD^{commit}").decode().strip()
        committed = list_files(git("ls-tree", "-r", "-l", "-z", commit, "--", MANIFEST, OVERLAY))
        files = {
            name: (MODES.get(entry.mode), entry.blob)
            for name, entry in committed.items()
            if not any(map(is_debris, name.split("/")))
        }
        return commit if files == _files(folder, KINDS[len(commit)]) else UNVERSIONED
    except (GitError, Refused, OSError):
        return UNVERSIONED


def _files(folder: str, kind: str) -> dict[str, tuple[int | None, str]]:
    """Return the mode and git's hash of a starter's files as they lie there, by name.

    Raise OSError if one cannot be read, and Refused if a rule of read_overlay() is broken.
    """
    tree = {f"{OVERLAY}/{name}": source for name, source in read_overlay(os.path.join(folder, OVERLAY)).items()}
    path = os.path.join(folder, MANIFEST)
    with open(path, "rb") as file:
        tree[MANIFEST] = Source(file.read(MANIFEST_BYTES + 1), 0o755 if os.stat(path).st_mode & 0o100 else 0o644)
    return {name: (source.mode, _hash(source.content, kind)) for name, source in tree.items()}


def _hash(content: bytes, kind: str) -> str:
    return hashlib.new(kind, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
