"""The files of a starter's overlay: read with care, because nobody knows who wrote them."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.files import Source, is_debris
from chanscaffold.starters.limits import FILE_BYTES, FILES, NAME_BYTES, TOTAL_BYTES
from chanscaffold.starters.starter import PATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.files import Tree

# What a project gets from elsewhere, and no starter may bring or take away.
OWN = {
    ".chanscaffold-base.zip": "holds the project's files as they were rendered",
    ".chanscaffold.toml": "says how the project was made",
    ".chanscaffold.log": "is written on set-up",
    ".env": "is made on set-up and holds secrets: change .env.example",
    ".git": "is the project's own history",
    ".venv": "is made on set-up",
    "channels_realtime": "is the library, the same in every project: use it in modules of your own",
}
# What ends a path on one system or another, or would be code in a template.
FORBIDDEN = ("\\", "{{", "{%", "{#", "#%", ":", "*", "?", '"', "<", ">", "|")


def read_overlay(folder: str) -> Tree:
    """Return the files below an overlay, none if it is not there.

    Refused for links, other odd files, bad names and too much of them.
    """
    tree: Tree = {}
    _refuse_link(folder)
    if not os.path.lexists(folder):
        return tree
    total = 0
    for path, name in _files(folder):
        check_name(name.removesuffix(PATCH), folder)
        total += os.lstat(path).st_size
        if len(tree) >= FILES or total > TOTAL_BYTES:
            raise Refused(
                f"{folder} is too large: {FILES} files and {TOTAL_BYTES >> 20} MiB are the most."
            )
        tree[name] = _read(path)
    return dict(sorted(tree.items()))


def check_name(name: str, place: str) -> None:
    """Refuse a project's file name that leads out of it or is not a starter's; `place` says where it stands."""
    _check_length(name, place)
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise Refused(
            f"{place}: {name!r:.200} must be a path inside the project, as in docs/team.md."
        )
    if not name.isprintable() or any(each in name for each in FORBIDDEN):
        raise Refused(
            f"{place}: {name!r:.200} must have no control characters and none of {' '.join(FORBIDDEN)}"
        )
    if ".git" in (part.lower() for part in parts):
        raise Refused(f"{place}: a starter cannot change .git: it {OWN['.git']}.")
    if parts[0].lower() in OWN:
        raise Refused(f"{place}: a starter cannot change {parts[0]}: it {OWN[parts[0].lower()]}.")


def _check_length(name: str, place: str) -> None:
    """Refuse a name that some file system has no room for, or folders so deep that walking through them fails."""
    length = len(name.encode(errors="surrogateescape"))
    if length > NAME_BYTES:
        raise Refused(
            f"{place}: {name!r:.80} has {length} bytes, and a file's name {NAME_BYTES} at most: shorten it."
        )


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the name of every file; links are not followed, and refused."""
    for root, folders, files in os.walk(folder, onerror=_cannot_read):
        folders[:] = sorted(each for each in folders if not is_debris(each))
        for each in folders:
            path = os.path.join(root, each)
            _refuse_link(path)
            _check_length(os.path.relpath(path, folder), folder)
        for each in files:
            if not is_debris(each):
                path = os.path.join(root, each)
                yield path, os.path.relpath(path, folder).replace(os.sep, "/")


def _refuse_link(path: str) -> None:
    if os.path.islink(path):
        raise Refused(
            f"{path} is a link, and a starter's links are refused: put the file itself there."
        )


def _read(path: str) -> Source:
    _refuse_link(path)
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{path} is no ordinary file: remove it.")
    if found.st_size > FILE_BYTES:
        raise Refused(f"{path} has {found.st_size} bytes: {FILE_BYTES >> 20} MiB are the most.")
    try:
        with open(path, "rb") as file:
            return Source(file.read(), 0o755 if found.st_mode & 0o100 else 0o644)
    except OSError as error:
        _cannot_read(error)
        raise


def _cannot_read(error: OSError) -> None:
    raise Refused(f"{error.filename} cannot be read: {error.strerror}.") from error
