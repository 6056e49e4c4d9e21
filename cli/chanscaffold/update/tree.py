"""The files of a project by their names: as rendered, or as the owner has them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

PLAIN, EXECUTABLE = 0o644, 0o755


class Entry(NamedTuple):
    """A file with its mode, PLAIN or EXECUTABLE.

    Of a large file in a base, only the SHA-256 `digest` is known. `obstacle` says why a file of the
    owner must be neither read nor written; it has no content then.
    """

    content: bytes
    mode: int = PLAIN
    digest: str = ""
    obstacle: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the content is known."""
        return not self.digest and not self.obstacle


# By the path below the project, with "/" between its parts.
Tree = dict[str, Entry]
# The new content of each file that changes, None for a file to remove.
Writes = dict[str, Entry | None]


def has_same_content(one: Entry, other: Entry) -> bool:
    """Return whether two files have the same content; of text, line ends do not count."""
    if one.obstacle or other.obstacle:
        return False
    if one.digest or other.digest:
        return _digest(one) == _digest(other)
    return one.content == other.content or normalize(one.content) == normalize(other.content)


def is_same(one: Entry | None, other: Entry | None) -> bool:
    """Return whether both do not exist, or have the same mode and content."""
    if one is None or other is None:
        return one is other
    return one.mode == other.mode and has_same_content(one, other)


def is_same_tree(one: Tree, other: Tree) -> bool:
    """Return whether two trees have the same files."""
    return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)


def list_writes(before: Tree, after: Tree) -> Writes:
    """Return what turns one tree into another, to the byte."""
    return {
        name: after.get(name)
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }


def normalize(content: bytes) -> bytes:
    """Return a text with LF line ends, and other content as it is."""
    return content if b"\0" in content else content.replace(b"\r\n", b"\n")


def _digest(entry: Entry) -> str:
    return entry.digest or hashlib.sha256(entry.content).hexdigest()
