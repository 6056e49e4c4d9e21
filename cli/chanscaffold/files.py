"""The files of a folder in memory: those of a template or a starter, before anything is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What operating systems and tools leave in folders, and no new project needs.
LEFTOVERS = ("__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache")


class File(NamedTuple):
    """The content of a file, and its mode as for `os.chmod`.

    If a starter made the file, `origin` names the starter's file in messages.
    """

    content: bytes
    mode: int
    origin: str = ""


# By the path below the folder, with "/" between its parts.
Files = dict[str, File]


def is_leftover(name: str) -> bool:
    """Return whether a file or folder of this name is left by a tool."""
    return name in LEFTOVERS or name.endswith((".pyc", ".pyo"))


def read_files(folder: str) -> Files:
    """Return the files below a folder, without leftovers; OSError if one cannot be read."""
    return {name: _read(os.path.join(folder, name)) for name in list_files(folder)}


def list_files(folder: str) -> list[str]:
    """Return the sorted names of the files below a folder, without leftovers."""
    return sorted(_walk(folder))


def _walk(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_leftover(name)]
        below = os.path.relpath(root, folder)
        for name in files:
            if not is_leftover(name):
                yield os.path.normpath(os.path.join(below, name)).replace(os.sep, "/")


def _read(path: str) -> File:
    with open(path, "rb") as file:
        return File(file.read(), os.stat(path).st_mode & 0o777)


def write_files(files: Files, folder: str) -> None:
    """Write files below a folder, which need not exist, and let their owner change them.

    Raise OSError if one cannot be written.
    """
    os.makedirs(folder, exist_ok=True)
    for name, file in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as output:
            output.write(file.content)
        os.chmod(path, file.mode | 0o200)


def replace_file(path: str, content: bytes) -> None:
    """Replace a file, or the file that a link points to, in one step; its folder need not exist.

    Raise OSError if it cannot be written.
    """
    import tempfile

    path = os.path.realpath(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".temporary-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
