"""Read a starter from a folder that may contain anything."""

from __future__ import annotations

import itertools
import os
import stat
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.files import File, is_leftover
from chanscaffold.starters import file_rules
from chanscaffold.starters.file_rules import HOOKS, MANIFEST, OVERLAY, PATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.files import Files


def read_manifest_file(folder: str) -> File:
    """Return a starter's starter.toml; Refused if there are hooks, or if it is not a small file."""
    if os.path.lexists(os.path.join(folder, HOOKS)):
        raise file_rules.refuse_hooks(folder)
    path = os.path.join(folder, MANIFEST)
    _check_file(path, MANIFEST, folder)
    file_rules.check_manifest_size(os.lstat(path).st_size, folder)
    return _read(path)


def read_overlay(folder: str) -> Files:
    """Return the files of an overlay by their names, without files if it does not exist.

    Raise Refused for a link or another special file, for a forbidden name, and for too many or too
    large files.
    """
    if os.path.islink(folder):
        raise file_rules.refuse_link(OVERLAY, os.path.dirname(folder))
    sizes = {}
    for name in itertools.islice(_walk(folder), file_rules.MAX_FILES + 1):
        file_rules.check_name(name.removesuffix(PATCH), folder)
        path = os.path.join(folder, name)
        _check_file(path, name, folder)
        sizes[name] = os.lstat(path).st_size
    file_rules.check_sizes(sizes, folder)
    return {name: _read(os.path.join(folder, name)) for name in sorted(sizes)}


def _walk(folder: str) -> Iterator[str]:
    """Yield the name of every file without following links."""
    for root, folders, files in os.walk(folder, onerror=_cannot_read):
        folders[:] = sorted(name for name in folders if not is_leftover(name))
        below = os.path.relpath(root, folder)
        for name in folders:
            if os.path.islink(os.path.join(root, name)):
                raise file_rules.refuse_link(_join(below, name), folder)
            file_rules.check_length(_join(below, name), folder)
        yield from (_join(below, name) for name in files if not is_leftover(name))


def _join(below: str, name: str) -> str:
    return os.path.normpath(os.path.join(below, name)).replace(os.sep, "/")


def _check_file(path: str, name: str, place: str) -> None:
    if os.path.islink(path):
        raise file_rules.refuse_link(name, place)
    if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
        raise file_rules.refuse_link(name, place, kind="special file")


def _read(path: str) -> File:
    """Return a file with the mode that git would give it."""
    try:
        with open(path, "rb") as file:
            is_executable = os.fstat(file.fileno()).st_mode & 0o100
            content = file.read(file_rules.MAX_FILE_BYTES + 1)
            return File(content, 0o755 if is_executable else 0o644)
    except OSError as error:
        _cannot_read(error)
        raise


def _cannot_read(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise Refused(f"{error.filename} cannot be read: {error.strerror}.") from error
