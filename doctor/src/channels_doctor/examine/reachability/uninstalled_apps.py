"""The apps with models that are not installed: Django refuses to import their models."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..settings.settings_names import is_settings
from .imported_names import dotted_strings
from .source_names import SourceNames

if TYPE_CHECKING:
    from ..project import Project


# What follows the folder of an app: a module, or what Django finds in installed apps alone.
IN_APP = re.compile(r"/(?:templates|static)/.*|/[^/]*$")


def is_in_uninstalled_app(project: Project, path: str) -> bool:
    """Return whether a module, template or static file is in an app that no settings name."""
    return IN_APP.sub("", path, count=1) in _uninstalled_apps(project)


@lru_cache(maxsize=1)
def _uninstalled_apps(project: Project) -> set[str]:
    """Return the folders of the apps with models that no string of a settings module names."""
    if not project.settings["INSTALLED_APPS"].is_complete:
        return set()
    models = {each.path for each in project.production_modules if any(each.find_all(ast.ClassDef))}
    paths = {each.path for each in project.files}
    apps = {each.rpartition("/")[0] for each in paths if each.endswith("/apps.py")}
    apps = {each for each in apps if f"{each}/models.py" in models}
    names = SourceNames([each.path for each in project.modules], project.folders)
    settings = [each for each in project.production_modules if is_settings(each)]
    named = {
        folder
        for module in [*settings, *project.settings.modules]
        for text in dotted_strings(module)
        for folder in names.folders_of(text)
    }
    return apps - named
