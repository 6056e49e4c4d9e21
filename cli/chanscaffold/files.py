"""A folder's files in memory: what a template or a starter holds, before anything is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What tools leave in a template's folders; nobody wants it in a new project.
DEBRIS = ("__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache")


class Source(NamedTuple):
    """A file: its content, and its permissions as `os.chmod` takes them."""

    content: bytes
    mode: int


# By name: the path below the folder, with "/" between its parts.
Tree = dict[str, Source]


def is_debris(name: str) -> bool:
    """Return whether a file or a folder is what tools leave behind."""
    return name in DEBRIS or name.endswith((".pyc", ".pyo"))


def read_tree(folder: str) -> Tree:
    """Return the files below a folder, without debris; OSError if one cannot be read."""
    return {name: _read(os.path.join(folder, name)) for name in read_names(folder)}


def read_names(folder: str) -> list[str]:
    """Return the names of the files below a folder, sorted, without debris."""
    return sorted(_names(folder))


def _names(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_debris(name)]
        below = os.path.relpath(root, folder)
        for name in files:
            if not is_debris(name):
                yield os.path.normpath(os.path.join(below, name)).replace(os.sep, "/")


def _read(path: str) -> Source:
    with open(path, "rb") as file:
        return Source(file.read(), os.stat(path).st_mode & 0o777)


def write_tree(tree: Tree, folder: str) -> None:
    """Write files below a folder, which need not exist; the owner may change them, even if the original was read-only.

    Raise OSError if one cannot be written.
    """
    os.makedirs(folder, exist_ok=True)
    for name, source in tree.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(source.content)
        os.chmod(path, source.mode | 0o200)
