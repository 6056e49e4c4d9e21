"""The settings modules of the deployed project, as their files say them."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..deployment.command_settings import settings_names
from ..deployment.commands import is_development_file
from .project_settings import Settings
from .settings_names import named_settings

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .project_settings import Setting

ENTRY_POINTS = ("asgi.py", "wsgi.py")


@lru_cache(maxsize=1)
def all_settings(project: Project) -> list[Settings]:
    """Return the settings of manage.py, and those that entry points and deployment files name.

    They are those of the files: what Django loaded depends on the environment of this machine. An
    empty module is none: another rule reports its name.
    """
    names = dict.fromkeys([*_in_entry_points(project), *_in_deployment_files(project)])
    found: dict[str, Settings] = {}
    for name in [*names, project.settings.name or ""]:
        settings = _read(project, name)
        if settings.modules and not sets_nothing(settings.modules[0]):
            found.setdefault(settings.modules[0].path, settings)
    return list(found.values())


@lru_cache(maxsize=1)
def deployed_settings(project: Project) -> list[Settings]:
    """Return the settings that serve this site, and are not for development or tests."""
    return [
        each
        for each in all_settings(project)
        if not _is_for_development(each) and _serves_site(project, each)
    ]


def served_settings(project: Project) -> list[Settings]:
    """Return all settings but those for development or tests by their names, beside others."""
    every = all_settings(project)
    return [each for each in every if not is_development_file(each.modules[0].path)] or every


def settings_named(project: Project, name: str) -> list[Setting]:
    """Return a setting as manage.py has it, then as deployed settings have it elsewhere."""
    own = project.settings[name]
    others = [settings[name] for settings in deployed_settings(project)]
    found = {each.location: each for each in [*others, own]}
    return [own, *(each for place, each in found.items() if place != own.location)]


def sets_nothing(module: Module) -> bool:
    """Return whether a module has no statement but its docstring."""
    return all(
        isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        for each in module.tree.body
    )


def _in_entry_points(project: Project) -> Iterator[str]:
    for module in project.production_modules:
        if module.path.rsplit("/", 1)[-1] in ENTRY_POINTS:
            yield from named_settings(module)


def _in_deployment_files(project: Project) -> Iterator[str]:
    for name, location in settings_names(project.deployment_files):
        if name and not is_development_file(location.path):
            yield name


def _read(project: Project, name: str) -> Settings:
    known = project.resolver.find_module(name)
    modules = project.modules if name == project.settings.name else []
    return Settings(modules, project.resolver.find_module, known.name if known else name, {})


def _is_for_development(settings: Settings) -> bool:
    path = settings.modules[0].path
    return is_development_file(path) or settings["DEBUG"].value is True


def _serves_site(project: Project, settings: Settings) -> bool:
    """Return whether settings may have the pages of manage.py's settings.

    Settings without routes are for a command such as `collectstatic`.
    """
    own, other = (each["ROOT_URLCONF"].value for each in (project.settings, settings))
    is_other = isinstance(own, str) and isinstance(other, str) and own != other
    return not is_other and (own is None or other is not None)
