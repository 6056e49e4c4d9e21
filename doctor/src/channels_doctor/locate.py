"""Where the project is: the folder of its manage.py, or of the settings that the user names."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.examination_errors import CannotExamine
from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MANAGE = "manage.py"
SKIPPED = {"venv", "env", "node_modules", "site-packages", "__pycache__"}
NAMED = 5  # projects in a refusal
DEEPEST = 3  # folders below PATH
MOST_FOLDERS = 5_000
MOST_BYTES = 200_000  # of a manage.py
MARKS = (
    b"django",
    b"DJANGO_SETTINGS_MODULE",
)  # manage.py is also the name of Flask's, and of others


class Location(NamedTuple):
    """A project: its folder, and the manage.py in it; both absolute, links resolved. `manage` is "" without one."""

    root: str
    manage: str


def find_project(path: str, settings: str | None = None) -> Location:
    """Return the project that PATH names: PATH itself, else a folder above it, else the only one below it.

    Without any manage.py it is PATH itself, if the package of the settings that the user names is in it.
    Refused when PATH is no folder or holds several projects, CannotExamine when there is none.
    """
    if not os.path.isdir(path):
        reason = "is no folder" if os.path.lexists(path) else "does not exist"
        raise Refused(f"{path} {reason}: give the folder of the project, where its manage.py is.")
    start = os.path.realpath(path)
    above = next(filter(_has_project, up(start)), None)
    found = [above] if above else list(_below(start, DEEPEST))
    if not found and settings and _has_package(start, settings):
        return Location(start, "")
    if not found:
        raise CannotExamine(
            f"There is no Django project in {path}: no folder in it, and none above it in its repository, has a "
            "manage.py that speaks of Django. Give the folder that has one, or where the package of the settings is, "
            "together with --settings MODULE."
        )
    if len(found) > 1:
        raise Refused(_choice(path, [os.path.relpath(each, start) for each in found]))
    return Location(found[0], os.path.join(found[0], MANAGE))


def up(folder: str) -> Iterator[str]:
    """Yield a folder and those above it, up to the repository's top; without a repository, up to the file system's."""
    while True:
        yield folder
        if os.path.lexists(os.path.join(folder, ".git")) or folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)


def _choice(path: str, names: list[str]) -> str:
    example = shlex.quote(os.path.normpath(os.path.join(path, names[0])))
    shown = ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
    return f"{path} has {len(names)} projects ({shown}): name one, as in `chanscaffold doctor {example}`."


def _has_project(folder: str) -> bool:
    """Return whether a folder has a manage.py of Django; a link does not count, its target's folder is the project."""
    manage = os.path.join(folder, MANAGE)
    if os.path.islink(manage) or not os.path.isfile(manage):
        return False
    try:
        with open(manage, "rb") as file:
            text = file.read(MOST_BYTES)
    except OSError:
        return False
    return any(mark in text for mark in MARKS)


def _has_package(folder: str, settings: str) -> bool:
    """Return whether `config.settings` may be found in a folder: it has a package or a module of the first name."""
    first = os.path.join(folder, settings.partition(".")[0])
    return os.path.isdir(first) or os.path.isfile(first + ".py")


def _below(start: str, depth: int) -> Iterator[str]:
    """Yield the projects below a folder, in order; what is inside of a project belongs to it."""
    waiting, seen = [(start, depth)], 0
    while waiting and seen < MOST_FOLDERS:
        folder, left = waiting.pop()
        seen += 1
        if _has_project(folder):
            yield folder
        elif left:
            waiting.extend((each, left - 1) for each in reversed(_folders(folder)))


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                entry.path
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and _is_ours(entry)
            )
    except OSError:
        return []


def _is_ours(entry: os.DirEntry[str]) -> bool:
    hidden = entry.name.startswith(".")
    return not (
        hidden or entry.name in SKIPPED or os.path.lexists(os.path.join(entry.path, "pyvenv.cfg"))
    )
