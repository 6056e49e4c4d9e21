"""The cache of fetched starters: for each repository a folder with its commits.

A commit is only served to the address that it was fetched from. Otherwise a stranger's commit that
is in the cache could be requested with an address that the user trusts.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import platformdirs

from chanscaffold.files import read_files
from chanscaffold.starters.git.address import COMMIT_HASH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.starters.git.address import Address

DIGEST = "digest"  # of a commit's other files, beside them
TEMPORARY = ".temporary-"
MAX_TEMPORARY_SECONDS = 3600


def cache_folder() -> str:
    """Return the cache's folder, which need not exist."""
    return os.path.join(platformdirs.user_cache_dir("chanscaffold", appauthor=False), "starters")


def commit_folder(address: Address, commit: str) -> str:
    """Return the folder for a commit's files, which need not exist."""
    return os.path.join(_repository_folder(address), commit)


def _repository_folder(address: Address) -> str:
    return os.path.join(cache_folder(), hashlib.sha256(address.url.encode()).hexdigest())


def has_commit(address: Address, commit: str) -> bool:
    """Return whether all files of a commit are in the cache, and unchanged."""
    folder = commit_folder(address, commit)
    with suppress(OSError), open(os.path.join(folder, DIGEST), encoding="utf-8") as file:
        return file.read() == _digest(folder)
    return False


def last_commit(address: Address) -> str | None:
    """Return the commit of the last use of an address, if it is in the cache."""
    commit = address.ref if COMMIT_HASH.fullmatch(address.ref) else _read_ref(address)
    return commit if COMMIT_HASH.fullmatch(commit) and has_commit(address, commit) else None


def _read_ref(address: Address) -> str:
    with suppress(OSError), open(_ref_file(address), encoding="ascii", errors="replace") as file:
        return file.read()
    return ""


def _ref_file(address: Address) -> str:
    name = hashlib.sha256(address.ref.encode()).hexdigest()
    return os.path.join(_repository_folder(address), f"{name}.ref")


def remember_commit(address: Address, commit: str, temporary: str) -> None:
    """Store the commit that an address stands for; OSError if it cannot be written."""
    if _read_ref(address) != commit:
        path = os.path.join(temporary, "ref")
        with open(path, "w", encoding="ascii") as file:
            file.write(commit)
        os.replace(path, _ref_file(address))


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder on the cache's file system, and remove it in the end; OSError if impossible."""
    os.makedirs(cache_folder(), exist_ok=True)
    _remove_old_folders()
    folder = tempfile.mkdtemp(prefix=TEMPORARY, dir=cache_folder())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_old_folders() -> None:
    """Remove the temporary folders of killed processes, which are older than those in use."""
    for name in os.listdir(cache_folder()):
        path = os.path.join(cache_folder(), name)
        with suppress(OSError):
            is_old = time.time() - os.stat(path).st_mtime > MAX_TEMPORARY_SECONDS
            if name.startswith(TEMPORARY) and is_old:
                shutil.rmtree(path, ignore_errors=True)


def store_commit(address: Address, commit: str, folder: str) -> None:
    """Move a commit's files into the cache, unless another process already has.

    Raise OSError if that is impossible.
    """
    digest = _digest(folder)
    with open(os.path.join(folder, DIGEST), "w", encoding="utf-8") as file:
        file.write(digest)
    target = commit_folder(address, commit)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.rename(folder, target)
    except OSError:
        if has_commit(address, commit):
            return
        shutil.rmtree(target)  # an incomplete commit
        os.rename(folder, target)


def _digest(folder: str) -> str:
    """Return a hash of all files below a folder."""
    digest = hashlib.sha256()
    for name, file in read_files(folder).items():
        if name != DIGEST:
            digest.update(f"{name}\0{file.mode}\0{len(file.content)}\0".encode() + file.content)
    return digest.hexdigest()
