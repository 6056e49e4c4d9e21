"""The library `channels_realtime` as the folder of a project, or of this command: its files, its release, its digest.

A project's folder is a stranger's: links are not followed, and what is read is bounded.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import Iterator, NamedTuple

LARGEST = 1 << 20  # bytes of a file whose line ends are looked at
MOST_FILES = 2_000
MOST_BYTES = 64 << 20  # of all files
DEEPEST = 20  # folders in folders
RELEASE = re.compile(rb"^__version__\s*=\s*[\"']([\w.+!-]{1,40})[\"']", re.MULTILINE)
BYTE_CODE = (".pyc", ".pyo")
UNREAD = "unread"  # the fingerprint of what is no plain file, or too much


class Library(NamedTuple):
    """One copy of the library: the fingerprints of its files by their names below its folder, and its release."""

    files: dict[str, str]
    release: str

    @property
    def digest(self) -> str:
        """Return one digest of all names and fingerprints."""
        lines = [f"{name}\0{self.files[name]}\n" for name in sorted(self.files)]
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file; text counts with LF line ends, because git may have changed them."""
    text = len(content) <= LARGEST and b"\0" not in content
    return hashlib.sha256(content.replace(b"\r\n", b"\n") if text else content).hexdigest()


def release(content: bytes) -> str:
    """Return the release that the text of `__init__.py` names, else ""."""
    found = RELEASE.search(content)
    return found[1].decode("ascii", "replace") if found else ""


def counts(name: str) -> bool:
    """Return whether a file belongs to the source: no byte code, and nothing hidden, as tools leave it."""
    parts = name.split("/")
    return not (
        name.endswith(BYTE_CODE)
        or "__pycache__" in parts
        or any(part.startswith(".") for part in parts)
    )


def read_folder(folder: str) -> Library | None:
    """Return the library in a folder; None when it is no package, or a link."""
    start = os.path.join(folder, "__init__.py")
    if os.path.islink(folder) or not os.path.isfile(start):
        return None
    files: dict[str, str] = {}
    left = MOST_BYTES
    for name, path in _files(folder):
        content = _read(path, left)
        files[name] = UNREAD if content is None else fingerprint(content)
        left -= len(content or b"")
        if len(files) == MOST_FILES:
            break
    return Library(files, release(_read(start, LARGEST) or b""))


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each file that counts, in a steady order; links are files."""
    for top, folders, names in os.walk(folder):
        below = os.path.relpath(top, folder).replace(os.sep, "/")
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]
        deep = below.count("/") >= DEEPEST
        folders[:] = [] if deep else sorted(set(folders) - set(links))
        for name in sorted([*names, *links]):
            full = name if below == "." else f"{below}/{name}"
            if counts(full):
                yield full, os.path.join(top, name)


def _read(path: str, most: int) -> bytes | None:
    """Return the content of a plain file of at most so many bytes, else None."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            return None
        with open(path, "rb") as file:
            return file.read(most)
    except OSError:
        return None
