"""Where the new project goes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from chanscaffold.validation import Rules

MARKS = (".chanscaffold.toml", "manage.py")


class Target(NamedTuple):
    """The new project's folder: an existing parent, and a name that is free there."""

    parent: str
    slug: str

    @property
    def path(self) -> str:
        """The absolute path."""
        return os.path.join(self.parent, self.slug)


def find_target(path: str, rules: Rules) -> Target:
    """Return the folder that PATH names; Refused unless a project may be made there."""
    given, slug = os.path.split(path.rstrip(os.sep + (os.altsep or "")))
    if slug in ("", ".", ".."):
        raise Refused(
            f"PATH {path!r} names no new folder: its last part is the project's name, as in `mysite`."
        )
    rules.check_slug(slug, given)
    target = Target(os.path.abspath(given), slug)
    _check_parent(target.parent, rules)
    check_free(target)
    _check_outside_projects(target.parent)
    return target


def new_folder(path: str) -> Target:
    """Return the folder that is to be made at `path`; Refused unless its parent is there and it is not."""
    parent, name = os.path.split(os.path.abspath(path))
    if not os.path.isdir(parent):
        raise Refused(f"There is no folder {parent}: make it first, or choose another place.")
    target = Target(parent, name)
    check_free(target)
    return target


def check_free(target: Target) -> None:
    """Refuse a target where there is anything already, even an empty folder or a dangling link."""
    if os.path.lexists(target.path):
        raise Refused(f"{target.path} exists already: choose another name, or move it away first.")


def _check_parent(parent: str, rules: Rules) -> None:
    if not os.path.isdir(parent):
        raise Refused(f"There is no folder {parent}: make it first, or choose another PATH.")
    # Cookiecutter renders the path of every folder that it makes.
    if rules.holds_code(parent) or any(letter < " " for letter in parent):
        raise Refused(
            f"The path {parent!r} holds template code or a control character: choose another folder."
        )


def _check_outside_projects(parent: str) -> None:
    folder = os.path.realpath(parent)
    while True:
        for mark in MARKS:
            if os.path.lexists(os.path.join(folder, mark)):
                raise Refused(
                    f"{folder} is a project itself (it has {mark}): choose a folder outside of it."
                )
        if folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)
