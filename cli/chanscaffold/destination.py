"""The folder that a command makes: its parent exists, and its name is free there."""

from __future__ import annotations

import os
from typing import NamedTuple

from channels_doctor.support.errors import Refused

# A folder with one of these files is a project.
PROJECT_FILES = (".chanscaffold.toml", "manage.py")


class Destination(NamedTuple):
    """The absolute path of an existing folder, and the name of the folder to make in it."""

    parent: str
    name: str

    @property
    def path(self) -> str:
        """The absolute path of the new folder."""
        return os.path.join(self.parent, self.name)


def find_destination(path: str) -> Destination:
    """Return the destination that `path` names; Refused if it does not end with a name."""
    parent, name = os.path.split(path.rstrip(os.sep + (os.altsep or "")))
    if name in ("", ".", ".."):
        raise Refused(f"{path!r} does not end with the name of a new folder, such as `mysite`.")
    try:
        return Destination(os.path.abspath(parent), name)
    except FileNotFoundError as error:
        raise Refused("The current folder does not exist any more: go to another one.") from error


def check_available(destination: Destination) -> None:
    """Refuse a destination that exists, or whose parent does not."""
    if not os.path.isdir(destination.parent):
        raise Refused(f"There is no folder {destination.parent}: make it, or choose another path.")
    check_free(destination)


def check_free(destination: Destination) -> None:
    """Refuse a destination that exists, even as an empty folder or a dangling link."""
    if os.path.lexists(destination.path):
        raise Refused(f"{destination.path} exists already: choose another name, or move it away.")


def check_outside_projects(destination: Destination) -> None:
    """Refuse a destination inside a project."""
    folder = os.path.realpath(destination.parent)
    while True:
        for file in PROJECT_FILES:
            if os.path.lexists(os.path.join(folder, file)):
                raise Refused(f"{folder} is a project (it has {file}): choose a folder outside it.")
        if folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)
