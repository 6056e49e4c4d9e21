"""The library in a project's base, `.chanscaffold-base.zip`: the files as they were generated.

The generator writes every file there under its name relative to the root. Of a file over 1 MiB
it keeps the SHA-256 only, in the comment of an empty entry. The archive is untrusted: nothing is
extracted, and reading is bounded.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile

from ..channels.api import PACKAGE
from .library import (
    MAX_FILES,
    MAX_TEXT_FILE_BYTES,
    MAX_TOTAL_BYTES,
    Library,
    fingerprint,
    is_source_file,
    release,
)

BASE = ".chanscaffold-base.zip"
MAX_BASE_BYTES = 10 << 20
MAX_ENTRIES = 20_000
MAX_REASON = 200  # characters
HASH = re.compile(rb"sha256:([0-9a-f]{64})")


class UnreadableBase(Exception):
    """The base is not an archive that the generator writes; the text says why."""


def read_base(path: str) -> Library | None:
    """Return the library in a base, None when there is no base or no library in it.

    Raise UnreadableBase.
    """
    if not os.path.lexists(path):
        return None
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BASE_BYTES:
        raise UnreadableBase("it is not a regular file, or too large")
    try:
        with zipfile.ZipFile(path) as base:
            return _read_library(base, base.infolist())
    except UnreadableBase:
        raise
    except Exception as error:  # a broken archive raises whatever its bytes lead to
        raise UnreadableBase(f"{type(error).__name__}: {error}"[:MAX_REASON]) from None


def _read_library(base: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Library | None:
    own = [
        each for each in entries if each.filename.startswith(PACKAGE + "/") and not each.is_dir()
    ]
    total_bytes = sum(each.file_size for each in own)
    if len(entries) > MAX_ENTRIES or len(own) > MAX_FILES or total_bytes > MAX_TOTAL_BYTES:
        raise UnreadableBase("it holds more than the generator writes")
    files: dict[str, str] = {}
    library_release = ""
    for each in own:
        name = each.filename[len(PACKAGE) + 1 :]
        content = _read_entry(base, each)
        if is_source_file(name):
            files[name] = _recorded_hash(each) or fingerprint(content)
        if name == "__init__.py":
            library_release = release(content)
    return Library(files, library_release) if files else None


def _read_entry(base: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of an entry; Python bounds the output of deflate alone."""
    is_bounded = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if not is_bounded or entry.file_size > MAX_TEXT_FILE_BYTES:
        raise UnreadableBase("it has an entry that the generator does not write")
    with base.open(entry) as file:
        return file.read(MAX_TEXT_FILE_BYTES)


def _recorded_hash(entry: zipfile.ZipInfo) -> str:
    """Return the SHA-256 that replaces a large file, "" for an entry with its content."""
    found = HASH.fullmatch(entry.comment) if entry.file_size == 0 else None
    return found[1].decode() if found else ""
