"""The cache of fetched starters: an archive for each commit, in a folder for its repository.

A commit is only served to the address that it was fetched from. Otherwise a stranger's commit that
is in the cache could be requested with an address that the user trusts.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import platformdirs

from chanscaffold.files import File, replace_file
from chanscaffold.starters.git.address import COMMIT_HASH

if TYPE_CHECKING:
    from chanscaffold.files import Files
    from chanscaffold.starters.git.address import Address

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


def store_commit(address: Address, commit: str, files: Files) -> None:
    """Store the files of a commit; OSError if that is impossible."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = file.mode << MODE_SHIFT
            archive.writestr(entry, file.content, zipfile.ZIP_DEFLATED)
    replace_file(_path(address, f"{commit}.zip"), content.getvalue())


def last_commit(address: Address) -> str | None:
    """Return the commit that an address stood for when it was last used."""
    commit = address.ref
    if not COMMIT_HASH.fullmatch(commit):
        with suppress(OSError), open(_ref_path(address), encoding="ascii", errors="replace") as ref:
            commit = ref.read()
    return commit if COMMIT_HASH.fullmatch(commit) else None


def remember_commit(address: Address, commit: str) -> None:
    """Store the commit that an address stands for; OSError if it cannot be written."""
    if last_commit(address) != commit:
        replace_file(_ref_path(address), commit.encode())


def _ref_path(address: Address) -> str:
    return _path(address, f"{hashlib.sha256(address.ref.encode()).hexdigest()}.ref")
