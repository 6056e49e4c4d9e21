"""One copy of the library `channels_realtime`: its files, its release and its digest.

The folder of a project is untrusted: links are not followed, and reading is bounded.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import Iterator, NamedTuple

MAX_TEXT_FILE_BYTES = 1 << 20  # of a file whose line ends are normalized
MAX_FILES = 2_000
MAX_TOTAL_BYTES = 64 << 20
MAX_FOLDER_DEPTH = 20
RELEASE = re.compile(rb"^__version__\s*=\s*[\"']([\w.+!-]{1,40})[\"']", re.MULTILINE)
BYTE_CODE = (".pyc", ".pyo")
UNREAD = "unread"  # the fingerprint of a link, a special file or a file above the limits


class Library(NamedTuple):
    """A copy of the library: the fingerprints of its files by name, and its release."""

    files: dict[str, str]
    release: str

    @property
    def digest(self) -> str:
        """Return one digest of all names and fingerprints."""
        lines = [f"{name}\0{self.files[name]}\n" for name in sorted(self.files)]
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file; CRLF line ends of text count as LF, as git changes them."""
    is_text = len(content) <= MAX_TEXT_FILE_BYTES and b"\0" not in content
    return hashlib.sha256(content.replace(b"\r\n", b"\n") if is_text else content).hexdigest()


def release(content: bytes) -> str:
    """Return the release in the text of `__init__.py`, "" when there is none."""
    found = RELEASE.search(content)
    return found[1].decode("ascii", "replace") if found else ""


def is_source_file(name: str) -> bool:
    """Return whether a file belongs to the source: no byte code, and no hidden file of a tool."""
    parts = name.split("/")
    is_hidden = any(part.startswith(".") for part in parts)
    return not (is_hidden or "__pycache__" in parts or name.endswith(BYTE_CODE))


def read_folder(folder: str) -> Library | None:
    """Return the library in a folder, None when the folder is not a package, or a link."""
    start = os.path.join(folder, "__init__.py")
    if os.path.islink(folder) or not os.path.isfile(start):
        return None
    files: dict[str, str] = {}
    remaining = MAX_TOTAL_BYTES
    for name, path in _source_files(folder):
        content = _read(path, remaining)
        files[name] = UNREAD if content is None else fingerprint(content)
        remaining -= len(content or b"")
        if len(files) == MAX_FILES:
            break
    return Library(files, release(_read(start, MAX_TEXT_FILE_BYTES) or b""))


def _source_files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each source file in a steady order; links count as files."""
    for top, folders, names in os.walk(folder):
        below = os.path.relpath(top, folder).replace(os.sep, "/")
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]
        is_deep = below.count("/") >= MAX_FOLDER_DEPTH
        folders[:] = [] if is_deep else sorted(set(folders) - set(links))
        for name in sorted([*names, *links]):
            full_name = name if below == "." else f"{below}/{name}"
            if is_source_file(full_name):
                yield full_name, os.path.join(top, name)


def _read(path: str, max_bytes: int) -> bytes | None:
    """Return the content of a regular file, None for another kind or a larger file."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > max_bytes:
            return None
        with open(path, "rb") as file:
            return file.read(max_bytes)
    except OSError:
        return None
