"""The library in a project's base, `.chanscaffold-base.zip`: the files that the project was generated with.

The generator writes every file there by its name relative to the root, with `/`, as it was; of a file over 1 MiB only
the SHA-256, in the comment of an empty entry. The zip is a stranger's: nothing is extracted, and reading is bounded.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile

from ..channels.known_names import PACKAGE
from .library import LARGEST, MOST_BYTES, MOST_FILES, Library, counts, fingerprint, release

BASE = ".chanscaffold-base.zip"
LARGEST_BASE = 10 << 20  # bytes
MOST_ENTRIES = 20_000
LONGEST = 200  # characters of a reason
HASH = re.compile(rb"sha256:([0-9a-f]{64})")


class Unreadable(Exception):
    """The base is no zip, or none that the generator writes; the text says why."""


def read_base(path: str) -> Library | None:
    """Return the library in a base; None when there is no base, or no library in it. Raise Unreadable."""
    if not os.path.lexists(path):
        return None
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_BASE:
        raise Unreadable("it is no plain file, or too large")
    try:
        with zipfile.ZipFile(path) as base:
            return _library(base, base.infolist())
    except Unreadable:
        raise
    except Exception as error:  # a broken zip raises whatever its bytes lead to
        raise Unreadable(f"{type(error).__name__}: {error}"[:LONGEST]) from None


def _library(base: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Library | None:
    inside = [
        each for each in entries if each.filename.startswith(PACKAGE + "/") and not each.is_dir()
    ]
    if (
        len(entries) > MOST_ENTRIES
        or len(inside) > MOST_FILES
        or sum(each.file_size for each in inside) > MOST_BYTES
    ):
        raise Unreadable("it holds more than the generator writes")
    files: dict[str, str] = {}
    named = ""
    for each in inside:
        name = each.filename[len(PACKAGE) + 1 :]
        content = _content(base, each)
        if counts(name):
            files[name] = _hash(each) or fingerprint(content)
        if name == "__init__.py":
            named = release(content)
    return Library(files, named) if files else None


def _content(base: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return what an entry holds. Python bounds what comes out of deflate alone."""
    if (
        entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        or entry.file_size > LARGEST
    ):
        raise Unreadable("it has an entry that the generator does not write")
    with base.open(entry) as file:
        return file.read(LARGEST)


def _hash(entry: zipfile.ZipInfo) -> str:
    """Return the SHA-256 that stands for a large file, "" where the content itself is there."""
    found = HASH.fullmatch(entry.comment) if entry.file_size == 0 else None
    return found[1].decode() if found else ""
