"""The Python files of a project: its own, without those that it installed or only links to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREIGN = {"node_modules", "site-packages", "__pycache__", "venv", "env"}
MOST_FILES = 5000
LARGEST = 1_000_000  # bytes


def python_files(root: str) -> Iterator[tuple[str, bytes]]:
    """Yield path, with slashes and relative to the root, and content of each."""
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if _is_own(os.path.join(folder, name)))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".py") and _is_readable(path) and seen < MOST_FILES:
                seen += 1
                with open(path, "rb") as file:
                    yield os.path.relpath(path, root).replace(os.sep, "/"), file.read()


def _is_own(folder: str) -> bool:
    name = os.path.basename(folder)
    installed = os.path.exists(os.path.join(folder, "pyvenv.cfg"))
    return not (name.startswith(".") or name in FOREIGN or installed)


def _is_readable(path: str) -> bool:
    regular = os.path.isfile(path) and not os.path.islink(path)
    return regular and os.access(path, os.R_OK) and os.path.getsize(path) <= LARGEST
