"""The consumers of installed apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

APP_FILES = ("apps.py", "models.py", "models/__init__.py")


def has_no_installed_consumer(project: Project) -> bool:
    """Return whether there are consumers, and each is in an app that is not installed."""
    return bool(project.consumers) and not installed_consumers(project)


def installed_consumers(project: Project) -> list[Definition]:
    """Return the consumers without those in apps that are not installed."""
    return [each for each in project.consumers if not _is_left_out(project, each.module.path)]


def _is_left_out(project: Project, path: str) -> bool:
    """Return whether a file is certainly in an app that INSTALLED_APPS does not list.

    An app at the root hides those of its name in other folders.
    """
    apps = project.settings["INSTALLED_APPS"]
    if not (apps.is_set and apps.is_complete):
        return False
    listed = {part for app in apps.items for part in str(app).split(".")}
    folder = _app_folder(project, path)
    name = folder.rpartition("/")[2]
    is_other = name in apps.items and folder != name
    is_hidden = is_other and any(each.path.startswith(f"{name}/") for each in project.modules)
    return bool(name) and (name not in listed or is_hidden)


def _app_folder(project: Project, path: str) -> str:
    """Return the nearest folder above a file that is an app by its files, "" if there is none."""
    paths = {each.path for each in project.modules}
    folder = path.rpartition("/")[0]
    while folder and not any(f"{folder}/{name}" in paths for name in APP_FILES):
        folder = folder.rpartition("/")[0]
    return folder
