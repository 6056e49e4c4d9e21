"""The cache of fetched starters: an archive for each commit, in a folder for its repository.

A commit is only served to the address that it was fetched from. Otherwise a stranger's commit that
is in the cache could be requested with an address that the user trusts.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import platformdirs

from chanscaffold.files import File
from chanscaffold.starters.git.address import COMMIT_HASH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.files import Files
    from chanscaffold.starters.git.address import Address

TEMPORARY = ".temporary-"
MAX_TEMPORARY_SECONDS = 3600
MODE_SHIFT = 16  # of a file's mode in an archive


def cache_folder() -> str:
    """Return the cache's folder, which need not exist."""
    return os.path.join(platformdirs.user_cache_dir("chanscaffold", appauthor=False), "starters")


def _path(address: Address, name: str) -> str:
    """Return the path of a file in the folder of a repository."""
    return os.path.join(cache_folder(), hashlib.sha256(address.url.encode()).hexdigest(), name)


def load_commit(address: Address, commit: str) -> Files | None:
    """Return the files of a commit, or None if they are not in the cache, or damaged."""
    # A damaged archive raises errors of many kinds.
    with (
        suppress(Exception),
        zipfile.ZipFile(_path(address, f"{commit}.zip")) as archive,
    ):
        return {
            entry.filename: File(archive.read(entry), entry.external_attr >> MODE_SHIFT)
            for entry in archive.infolist()
        }
    return None


def store_commit(address: Address, commit: str, files: Files, temporary: str) -> None:
    """Store the files of a commit by way of a temporary folder; OSError if that is impossible."""
    path = os.path.join(temporary, "commit.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = file.mode << MODE_SHIFT
            archive.writestr(entry, file.content, zipfile.ZIP_DEFLATED)
    _move(path, _path(address, f"{commit}.zip"))


def last_commit(address: Address) -> str | None:
    """Return the commit that an address stood for when it was last used."""
    commit = address.ref
    if not COMMIT_HASH.fullmatch(commit):
        with suppress(OSError), open(_ref_path(address), encoding="ascii", errors="replace") as ref:
            commit = ref.read()
    return commit if COMMIT_HASH.fullmatch(commit) else None


def remember_commit(address: Address, commit: str, temporary: str) -> None:
    """Store the commit that an address stands for; OSError if it cannot be written."""
    if last_commit(address) != commit:
        path = os.path.join(temporary, "ref")
        with open(path, "w", encoding="ascii") as file:
            file.write(commit)
        _move(path, _ref_path(address))


def _ref_path(address: Address) -> str:
    return _path(address, f"{hashlib.sha256(address.ref.encode()).hexdigest()}.ref")


def _move(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.replace(source, target)


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
