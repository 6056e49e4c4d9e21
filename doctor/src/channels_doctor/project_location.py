"""Find the project's folder, which contains its manage.py or the package of its settings."""

from __future__ import annotations

import os
import shlex
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.examine.files import folders_up, walk_folders
from channels_doctor.support.errors import CannotExamine, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MANAGE_PY = "manage.py"
# Flask projects and others have a manage.py without these words.
DJANGO_WORDS = (b"django", b"DJANGO_SETTINGS_MODULE")
MAX_MANAGE_PY_BYTES = 200_000
MAX_DEPTH = 3  # folders below PATH
MAX_FOLDERS = 5_000
MAX_NAMES_SHOWN = 5


class ProjectLocation(NamedTuple):
    """The project's folder and its manage.py ("" without one), as absolute paths without links.

    `top` is the folder that was given, which may be above or below the project's folder.
    """

    root: str
    manage_py: str
    top: str = ""


def find_project(path: str, settings: str | None = None) -> ProjectLocation:
    """Return the project in PATH, else in a folder above it, else the only one in a folder below.

    Without any manage.py it is PATH, if that contains the package of the settings. Raises Refused
    when PATH is not a folder or contains several projects, and CannotExamine when it has none.
    """
    if not os.path.isdir(path):
        problem = "is not a folder" if os.path.lexists(path) else "does not exist"
        raise Refused(f"{path} {problem}: give the folder of the project, with its manage.py.")
    start = os.path.realpath(path)
    above = next(filter(_has_manage_py, folders_up(start)), None)
    found = [above] if above else list(_projects_below(start))
    if not found and settings and _has_package(start, settings):
        return ProjectLocation(start, "", start)
    if not found:
        raise CannotExamine(
            f"No Django project was found in {path}: neither it, nor a folder above it in its "
            "repository, nor a folder below it has a manage.py that mentions Django. Give the "
            "project's folder, or the one with the settings package and --settings MODULE."
        )
    if len(found) > 1:
        raise Refused(_ambiguous(path, [os.path.relpath(folder, start) for folder in found]))
    return ProjectLocation(found[0], os.path.join(found[0], MANAGE_PY), start)


def _ambiguous(path: str, names: list[str]) -> str:
    example = shlex.quote(os.path.normpath(os.path.join(path, names[0])))
    more = ["…"] if len(names) > MAX_NAMES_SHOWN else []
    shown = ", ".join([*names[:MAX_NAMES_SHOWN], *more])
    return (
        f"{path} contains {len(names)} projects ({shown}): give the folder of one, as in "
        f"`channels-doctor {example}`."
    )


def _has_manage_py(folder: str) -> bool:
    """Return whether a folder has a manage.py of Django that is not a link."""
    path = os.path.join(folder, MANAGE_PY)
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            text = file.read(MAX_MANAGE_PY_BYTES)
    except OSError:
        return False
    return any(word in text for word in DJANGO_WORDS)


def _has_package(folder: str, settings: str) -> bool:
    """Return whether a folder has the package or module that `config.settings` begins with."""
    path = os.path.join(folder, settings.partition(".")[0])
    return os.path.isdir(path) or os.path.isfile(path + ".py")


def _projects_below(start: str) -> Iterator[str]:
    """Yield the projects below a folder; a project inside another one is not looked for."""
    for folder, subfolders, _ in islice(walk_folders(start, MAX_DEPTH), MAX_FOLDERS):
        if _has_manage_py(folder):
            yield folder
            subfolders.clear()
