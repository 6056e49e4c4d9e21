"""Save the files that an update changes in the git folder, and bring them back."""

from __future__ import annotations

import io
import json
import os
import secrets
import stat
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.files import replace_file
from chanscaffold.update.repository import open_repository, reset_index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.update.repository import Repository

STATE = "state.json"
OLD = "old/"  # the folder of the saved files in the archive


class SavedTree(NamedTuple):
    """What an update changes.

    `names` are those of the files, `folders` those that the update makes, deepest first, `head` is
    the commit that it started from. Temporary files have the `token` in their names.
    """

    names: list[str]
    folders: list[str]
    head: str
    token: str

    def temporary(self, project: str, name: str) -> str:
        """Return the path of the temporary file beside a file."""
        folder, file = os.path.split(os.path.join(project, name))
        return os.path.join(folder, f".{file[:100]}.{self.token}")


def save_tree(repository: Repository, names: Iterable[str]) -> SavedTree:
    """Save the files of these names, as far as they exist, before they are changed.

    Raise OSError if one cannot be read or saved; then nothing was changed.
    """
    names = sorted(name for name in names if _is_saveable(os.path.join(repository.project, name)))
    folders = sorted(_missing_folders(repository.project, names), key=len, reverse=True)
    saved = SavedTree(names, folders, repository.head, secrets.token_hex(6))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(STATE, json.dumps(saved._asdict()))
        for name in names:
            path = os.path.join(repository.project, name)
            if os.path.lexists(path):
                with open(path, "rb") as file:
                    archive.writestr(_entry(name, os.lstat(path).st_mode), file.read())
    replace_file(repository.saved_tree, content.getvalue())
    return saved


def _is_saveable(path: str) -> bool:
    """Return whether a path is a regular file or free: a link stays as it is."""
    return not os.path.lexists(path) or stat.S_ISREG(os.lstat(path).st_mode)


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(OLD + name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = mode << 16
    return entry


def _missing_folders(project: str, names: Iterable[str]) -> set[str]:
    folders = set()
    for name in names:
        folder = os.path.dirname(name)
        while folder and not os.path.lexists(os.path.join(project, folder)):
            folders.add(folder)
            folder = os.path.dirname(folder)
    return folders


def abort(project: str) -> list[str]:
    """Bring back the files before the last update, and return the names of those that it changed.

    Raise Refused if there is no update to abort, and CommandError if a file cannot be written.
    """
    repository = open_repository(project)
    try:
        with zipfile.ZipFile(repository.saved_tree) as archive:
            saved = SavedTree(**json.loads(archive.read(STATE)))
            if saved.head != repository.head:
                raise Refused(
                    "There were commits since the update, so there is nothing to abort: "
                    "`git revert` undoes a commit."
                )
            restore(repository.project, saved, archive)
    except FileNotFoundError as error:
        raise Refused(f"There is no update to abort in {project}.") from error
    except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
        raise CommandError(
            f"The files before the update cannot be brought back: {error}. They are in "
            f"{repository.saved_tree}."
        ) from error
    reset_index(repository, saved.names)
    os.unlink(repository.saved_tree)
    return saved.names


def restore(project: str, saved: SavedTree, archive: zipfile.ZipFile) -> None:
    """Bring back the saved files, and remove those that did not exist; OSError if that fails."""
    existing = set(archive.namelist())
    for name in saved.names:
        _remove(saved.temporary(project, name))
    for name in saved.names:
        path = os.path.join(project, name)
        if OLD + name in existing:
            _write(path, saved.temporary(project, name), archive.getinfo(OLD + name), archive)
        else:
            _remove(path)
    for folder in saved.folders:
        with suppress(OSError):  # it does not exist, or the owner has files in it
            os.rmdir(os.path.join(project, folder))


def _remove(path: str) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(path)


def _write(path: str, temporary: str, entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    """Write a saved file, unless it is unchanged: a full disk may be the reason to undo."""
    content, mode = archive.read(entry), entry.external_attr >> 16
    if _has(path, content, mode):
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(temporary, "xb") as file:
        file.write(content)
    os.chmod(temporary, stat.S_IMODE(mode))
    os.replace(temporary, path)


def _has(path: str, content: bytes, mode: int) -> bool:
    """Return whether a file has a content and a mode."""
    if not os.path.lexists(path) or os.lstat(path).st_mode != mode:
        return False
    with open(path, "rb") as file:
        return file.read() == content


def roll_back(repository: Repository, saved: SavedTree) -> None:
    """Bring the files back after an error, and forget the update; OSError if that fails."""
    with zipfile.ZipFile(repository.saved_tree) as archive:
        restore(repository.project, saved, archive)
    os.unlink(repository.saved_tree)
