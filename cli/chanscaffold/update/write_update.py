"""Write the result of an update into the project, so that any interruption can be undone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from channels_doctor.support import signals
from channels_doctor.support.errors import Incomplete, Refused
from chanscaffold.update.saved_tree import roll_back, save_tree
from chanscaffold.update.tree import EXECUTABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.update.repository import Repository
    from chanscaffold.update.saved_tree import SavedTree
    from chanscaffold.update.tree import Writes


def check_writable(project: str, writes: Writes) -> None:
    """Refuse to replace a file that is read-only or not a file."""
    for name in writes:
        path = os.path.join(project, name)
        if os.path.lexists(path):
            mode = os.lstat(path).st_mode
            if not stat.S_ISREG(mode):
                raise Refused(f"{path} is not a regular file: restore it from git.")
            if not mode & stat.S_IWUSR:
                raise Refused(f"{path} is read-only: run `chmod u+w` on it. Nothing was changed.")


def write_update(repository: Repository, writes: Writes, also_saved: Iterable[str]) -> None:
    """Write and remove files; `also_saved` are files that later steps change.

    All contents are written beside their files first, so a full disk changes nothing. A signal
    ends the command after the last file. Raise Refused if a file cannot be written; then nothing
    was changed.
    """
    project = repository.project
    saved: SavedTree | None = None
    try:
        with signals.blocked():
            saved = save_tree(repository, {*writes, *also_saved})
            _stage(project, writes, saved)
            _replace(project, writes, saved)
            signals.set_exit_code(Incomplete.exit_code, "the update is written, and not proven")
    except OSError as error:
        reason = f"{error.strerror or error} ({error.filename})"
        try:
            if saved:
                roll_back(repository, saved)
        except OSError as second:
            raise Incomplete(
                f"The update cannot be written: {reason}, nor undone: {second.strerror}. Free some "
                "space, and run `chanscaffold update --abort`."
            ) from error
        raise Refused(f"The update cannot be written: {reason}. Nothing was changed.") from error


def _stage(project: str, writes: Writes, saved: SavedTree) -> None:
    """Write each new content into a temporary file beside its destination."""
    for name, entry in writes.items():
        if entry is None:
            continue
        path, temporary = os.path.join(project, name), saved.temporary(project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        is_executable = entry.mode == EXECUTABLE
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        with open(os.open(temporary, flags, 0o777 if is_executable else 0o666), "wb") as file:
            file.write(entry.content)
        if os.path.exists(path):
            os.chmod(temporary, _mode(os.stat(path).st_mode, is_executable))


def _mode(mode: int, is_executable: bool) -> int:
    """Return the mode of a file that is replaced: whoever may read it may run it, or nobody."""
    mode = stat.S_IMODE(mode)
    return mode | (mode & 0o444) >> 2 if is_executable else mode & ~0o111


def _replace(project: str, writes: Writes, saved: SavedTree) -> None:
    for name, entry in writes.items():
        path = os.path.join(project, name)
        if entry is not None:
            os.replace(saved.temporary(project, name), path)
        else:
            os.unlink(path)
            _remove_empty_folders(project, os.path.dirname(name))


def _remove_empty_folders(project: str, folder: str) -> None:
    while folder:
        try:
            os.rmdir(os.path.join(project, folder))
        except OSError:  # it is not empty
            return
        folder = os.path.dirname(folder)
