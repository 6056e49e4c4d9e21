"""Read the owner's files, and never through a link."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.update.migrations import is_migration
from chanscaffold.update.tree import EXECUTABLE, PLAIN, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chanscaffold.update.tree import Tree

MAX_FILE_BYTES = 64 * 1024 * 1024


def read_project(project: str, names: Iterable[str]) -> Tree:
    """Return those of the named files that exist, and the migrations beside them.

    A link, a folder or a special file is an obstacle. Raise Refused if a file cannot be read.
    """
    names = set(names)
    tree = {}
    for name in sorted({*names, *_list_migrations(project, names)}):
        entry = read_file(project, name)
        if entry is not None:
            tree[name] = entry
    return tree


def read_file(project: str, name: str) -> Entry | None:
    """Return one file of the owner; None if it does not exist."""
    obstacle = _find_obstacle(project, name)
    if obstacle:
        return Entry(b"", obstacle=obstacle)
    path = os.path.join(project, name)
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
            return Entry(b"", obstacle=_describe(status.st_mode))
        with open(path, "rb") as file:
            return Entry(file.read(), EXECUTABLE if status.st_mode & stat.S_IXUSR else PLAIN)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}. Nothing was changed.") from error


def _find_obstacle(project: str, name: str) -> str:
    """Return why the folder of a file must not be used: a link or a file is in its place."""
    folder = project
    for part in name.split("/")[:-1]:
        folder = os.path.join(folder, part)
        try:
            mode = os.lstat(folder).st_mode
        except OSError:
            return ""
        if not stat.S_ISDIR(mode):
            place = os.path.relpath(folder, project)
            return f"{place} is {'a link' if stat.S_ISLNK(mode) else 'no folder'}"
    return ""


def _describe(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "it is a link"
    if stat.S_ISDIR(mode):
        return "it is a folder"
    limit = f"it has more than {MAX_FILE_BYTES >> 20} MiB"
    return limit if stat.S_ISREG(mode) else "it is a special file"


def _list_migrations(project: str, names: set[str]) -> Iterator[str]:
    """Yield the names of the owner's migrations in the folders of the named ones."""
    for folder in {os.path.dirname(name) for name in names if is_migration(name)}:
        try:
            files = os.listdir(os.path.join(project, folder))
        except OSError:
            continue
        yield from (f"{folder}/{file}" for file in files if is_migration(f"{folder}/{file}"))
