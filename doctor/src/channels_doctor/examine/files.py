"""The files of a project that may matter, found without following links, and read within bounds."""

from __future__ import annotations

import os
from typing import Iterator, NamedTuple

from .channels.known_names import PACKAGE

SKIPPED = {
    "node_modules",
    "site-packages",
    "migrations",
    "__pycache__",
    "venv",
    "env",
    "staticfiles",
    "dist",
    "build",
}
KEPT = {
    ".github",
    ".platform",
    ".ebextensions",
}  # hidden folders that may say how the project is served
MOST_FILES = 5_000
DEEPEST = 50  # folders in folders
MOST_BYTES = 1_000_000  # of one file; nobody writes more by hand


class File(NamedTuple):
    """A file: its path relative to the root, with slashes, and where it really is."""

    path: str
    full: str

    def read(self) -> bytes | None:
        """Return the bytes, or None when the file cannot be read or is too large."""
        try:
            if os.path.getsize(self.full) > MOST_BYTES:
                return None
            with open(self.full, "rb") as file:
                return file.read(MOST_BYTES)
        except OSError:
            return None

    def text(self) -> str:
        """Return the text, whatever its encoding makes of it."""
        return (self.read() or b"").decode("utf-8", "replace")


def walk(root: str) -> list[File]:
    """Return the regular files under a root in a steady order.

    Environments, caches, migrations and the vendored library are left out.
    """
    found: list[File] = []
    for folder, names, files in os.walk(root):
        deep = folder.count(os.sep) - root.count(os.sep) >= DEEPEST
        names[:] = [] if deep else sorted(name for name in names if _is_ours(folder, name))
        for name in sorted(files):
            full = os.path.join(folder, name)
            if os.path.isfile(full) and not os.path.islink(full):
                found.append(File(os.path.relpath(full, root).replace(os.sep, "/"), full))
            if len(found) == MOST_FILES:
                return found
    return found


def _is_ours(folder: str, name: str) -> bool:
    full = os.path.join(folder, name)
    hidden = name.startswith(".") and name not in KEPT
    others = os.path.exists(os.path.join(full, "pyvenv.cfg")) or is_vendored(folder, name)
    return not (hidden or name in SKIPPED or os.path.islink(full) or others)


def is_vendored(folder: str, name: str) -> bool:
    """Return whether a folder in another is the vendored library, which is not the project's own code."""
    return name == PACKAGE and os.path.isfile(os.path.join(folder, name, "__init__.py"))


def beside(root: str) -> Iterator[File]:
    """Yield the files right above the root, up to the repository's top: there a backend's containers are described."""
    folder = os.path.abspath(root)
    for _ in range(3):
        if os.path.exists(os.path.join(folder, ".git")) or folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)
        if not any(
            os.path.exists(os.path.join(top, ".git")) for top in (folder, os.path.dirname(folder))
        ):
            return
        for name in _listed(folder):
            full = os.path.join(folder, name)
            if os.path.isfile(full) and not os.path.islink(full):
                yield File(os.path.relpath(full, root).replace(os.sep, "/"), full)


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:MOST_FILES]
    except OSError:
        return []
