"""Read the base of a project, .chanscaffold-base.zip, which may contain anything.

The archive is a file of the owner's repository, so nothing in it is trusted: names, kinds and sizes
are checked before anything is used.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.update.tree import EXECUTABLE, PLAIN, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.update.tree import Tree

BASE_ARCHIVE = ".chanscaffold-base.zip"
RECORD = ".chanscaffold.toml"
MAX_ARCHIVE_BYTES = 32 * 1024 * 1024
MAX_FILES = 4_000
MAX_FILE_BYTES = 1024 * 1024  # post_gen records only the hash of a larger file
MAX_TOTAL_BYTES = 64 * 1024 * 1024
MAX_NAME_BYTES = 240
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1  # a flag of an entry
FORBIDDEN = re.compile(r'[\\:*?"<>|]')
RESERVED = (BASE_ARCHIVE, RECORD, ".env", ".venv", ".git")
DIGEST = re.compile(rb"sha256:([0-9a-f]{64})")
ADVICE = (
    f"`git log --diff-filter=AM --oneline -- {BASE_ARCHIVE}` lists the commits that have it, and "
    f"`git checkout COMMIT -- {BASE_ARCHIVE}` brings it back"
)


class InvalidArchive(ValueError):
    """The archive is not one that post_gen has written; the text says why."""


def read_base(project: str) -> Tree:
    """Return the files that a project was last generated or updated from.

    Raise Refused, with the command that finds the archive in git, if it is missing or damaged.
    """
    path = os.path.join(project, BASE_ARCHIVE)
    try:
        return _read(path)
    except FileNotFoundError as error:
        reason = "is missing"
        raise Refused(_sentence(reason)) from error
    except Exception as error:  # a damaged archive raises errors of many kinds
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Refused(_sentence(f"cannot be used ({reason})")) from error


def _sentence(reason: str) -> str:
    return f"{BASE_ARCHIVE}, from which updates are merged, {reason}: {ADVICE}."


def _read(path: str) -> Tree:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise InvalidArchive("it is not a regular file")
    if status.st_size > MAX_ARCHIVE_BYTES:
        raise InvalidArchive(f"it has more than {MAX_ARCHIVE_BYTES >> 20} MiB")
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _check_amount(entries)
        check_names(entry.filename for entry in entries)
        return {entry.filename: _read_entry(archive, entry) for entry in entries}


def _check_amount(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise InvalidArchive(f"it has more than {MAX_FILES} files")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise InvalidArchive(f"its files have more than {MAX_TOTAL_BYTES >> 20} MiB")


def check_names(names: Iterable[str]) -> None:
    """Raise InvalidArchive for a name that leaves the project, and for two names of one file."""
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        _check_name(name)
        folded = name.casefold()
        if folded in seen:
            raise InvalidArchive(f"it has {name!r:.80} twice")
        seen.add(folded)
        parts = folded.split("/")
        folders |= {"/".join(parts[:length]) for length in range(1, len(parts))}
    if not seen.isdisjoint(folders):
        raise InvalidArchive(f"{min(seen & folders)!r:.80} is both a file and a folder")


def _check_name(name: str) -> None:
    parts = name.split("/")
    is_outside = any(part in ("", ".", "..") for part in parts)
    is_reserved = parts[0].casefold() in RESERVED or ".git" in map(str.casefold, parts)
    is_invalid = not name.isprintable() or FORBIDDEN.search(name) is not None
    if is_outside or is_reserved or is_invalid or len(name.encode()) > MAX_NAME_BYTES:
        raise InvalidArchive(f"{name!r:.80} is not the name of a file that it may have")


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Entry:
    mode = entry.external_attr >> 16
    is_plain = stat.S_ISREG(mode) and not entry.flag_bits & ENCRYPTED
    if not is_plain or entry.compress_type not in METHODS:
        raise InvalidArchive(f"{entry.filename!r:.80} is not a plain file")
    if entry.file_size > MAX_FILE_BYTES:
        raise InvalidArchive(f"{entry.filename!r:.80} has more than {MAX_FILE_BYTES >> 20} MiB")
    digest = DIGEST.fullmatch(entry.comment)
    return Entry(
        archive.read(entry),
        EXECUTABLE if mode & stat.S_IXUSR else PLAIN,
        digest[1].decode() if digest else "",
    )
