"""The cache of fetched starters: a folder for each commit, and which commit an address stood for when it was last used.

A commit is served to the address that it was fetched from only. Otherwise a stranger's commit, once it lies in the
cache, could be asked for under an address that the user trusts.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import platformdirs

from chanscaffold.files import read_tree
from chanscaffold.starters.git.address import HASH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from chanscaffold.starters.git.address import Address

DIGEST = "digest"  # of a commit's other files, beside them
PARTIAL = ".partial-"
OLD = 3600  # seconds


def cache() -> str:
    """Return the cache's folder, which need not exist."""
    return os.path.join(platformdirs.user_cache_dir("chanscaffold", appauthor=False), "starters")


def folder_of(commit: str) -> str:
    """Return where a commit's files are, or would be."""
    return os.path.join(cache(), commit)


def has(commit: str) -> bool:
    """Return whether a commit's files are there, all of them and as they came."""
    with suppress(OSError), open(os.path.join(folder_of(commit), DIGEST), encoding="utf-8") as file:
        return file.read() == _digest(folder_of(commit))
    return False


def recall(address: Address) -> str | None:
    """Return the commit that an address stood for when it was last used, if its files are still there."""
    commit = _read().get(address.url, {}).get(address.ref)
    return commit if commit and has(commit) else None


def remember(address: Address, commit: str) -> None:
    """Note the commit that an address stands for; OSError if that cannot be written."""
    known = _read()
    new = {address.ref: commit, commit: commit}
    if known.get(address.url, {}).items() >= new.items():
        return
    known[address.url] = known.get(address.url, {}) | new
    with partial() as folder:
        path = os.path.join(folder, "new")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
        os.replace(path, _file())


@contextmanager
def partial() -> Iterator[str]:
    """Give a folder for what is not complete, on the cache's file system, and remove it in the end; OSError."""
    os.makedirs(cache(), exist_ok=True)
    _sweep()
    folder = tempfile.mkdtemp(prefix=PARTIAL, dir=cache())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what killed processes have left; those that still run are younger."""
    for name in os.listdir(cache()):
        path = os.path.join(cache(), name)
        with suppress(OSError):
            if name.startswith(PARTIAL) and time.time() - os.stat(path).st_mtime > OLD:
                shutil.rmtree(path, ignore_errors=True)


def keep(folder: str, commit: str) -> None:
    """Move a commit's complete files into the cache; if another process was faster, its files are as good.

    Raise OSError if that is impossible.
    """
    digest = _digest(folder)
    with open(os.path.join(folder, DIGEST), "w", encoding="utf-8") as file:
        file.write(digest)
    try:
        os.rename(folder, folder_of(commit))
    except OSError:
        if has(commit):
            return
        # Somebody has deleted a part of it.
        shutil.rmtree(folder_of(commit))
        os.rename(folder, folder_of(commit))


def _digest(folder: str) -> str:
    """Return a hash of all files below a folder."""
    digest = hashlib.sha256()
    for name, source in read_tree(folder).items():
        if name != DIGEST:
            digest.update(
                f"{name}\0{source.mode}\0{len(source.content)}\0".encode() + source.content
            )
    return digest.hexdigest()


def _file() -> str:
    return os.path.join(cache(), "commits.json")


def _read() -> dict[str, dict[str, str]]:
    """Return the commits by address and ref; a file that is no good holds none, as all can be asked for again."""
    with suppress(OSError, ValueError, RecursionError), open(_file(), encoding="utf-8") as file:
        known = json.load(file)
        if _is_known(known):
            return known
    return {}


def _is_known(known: object) -> TypeGuard[dict[str, dict[str, str]]]:
    return isinstance(known, dict) and all(
        isinstance(refs, dict)
        and all(isinstance(commit, str) and HASH.fullmatch(commit) for commit in refs.values())
        for refs in known.values()
    )
