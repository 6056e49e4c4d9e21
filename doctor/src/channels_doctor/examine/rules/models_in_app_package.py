"""An app's package imports models before the apps are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.early_imports import imports_of_models
from ..asgi.first_modules import SET_UP
from ..finding import Finding
from ..packages.requirements import is_older

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet."

APPS_FOUND_SINCE = (3, 2)  # the first Django that looks for the configuration in apps.py


def check(project: Project) -> Iterator[Finding]:
    """Find imports of models in modules that Django imports before the apps are loaded."""
    for module in _first_modules(project).values():
        sets_up = any(module.calls(*SET_UP))
        for node, name in [] if sets_up else list(imports_of_models(project, module))[:1]:
            is_config = module.path.endswith("/apps.py")
            where = "`ready()`" if is_config else "the modules that use it"
            message = (
                f"The import of `{name}` loads models, but Django imports `{module.name}` before"
                f" the apps are loaded. Import it in {where}."
            )
            fix = f"Move the import of `{name}` into {where}, and delete it here."
            yield Finding(message, module.location(node), fix)


def _first_modules(project: Project) -> dict[str, Module]:
    """Return the packages of the installed apps and their `apps.py`, by path."""
    names = [each for each in project.settings["INSTALLED_APPS"].items if isinstance(each, str)]
    wanted = [".".join(each.split(".")[:count]) for each in names for count in _counts(each)]
    if not is_older(project, "django", APPS_FOUND_SINCE):
        wanted += [f"{each}.apps" for each in names]
    found = (project.resolver.find_module(each) for each in wanted)
    return {each.path: each for each in found if each and _is_first(each)}


def _counts(name: str) -> range:
    """Return how many parts of a dotted name may be those of a module."""
    return range(1, name.count(".") + 2)


def _is_first(module: Module) -> bool:
    return module.path.endswith(("/__init__.py", "/apps.py"))
