"""The folders of the apps that the settings install."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..python.expressions import string_value
from .source_names import SourceNames

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Settings


def installed_folders(project: Project, every: list[Settings]) -> set[str]:
    """Return the folders of the apps in INSTALLED_APPS of some settings, by the apps' names."""
    names = SourceNames([each.path for each in project.modules], project.folders)
    items = [str(item) for settings in every for item in settings["INSTALLED_APPS"].items]
    configs = filter(None, map(project.resolver.definition_of, items))
    members = filter(None, (project.resolver.member(each, "name") for each in configs))
    items += filter(None, (string_value(each.value) for each in members))
    return {folder for item in items for folder in names.folders_of(item)}


def is_in_folder(path: str, folders: set[str]) -> bool:
    """Return whether a file is in one of some folders, or below it."""
    return any(path.startswith(f"{each}/") for each in folders)
