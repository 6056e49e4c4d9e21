"""A server is given settings that do not exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.command_settings import SCRIPT_ENDINGS, settings_names
from ..deployment.commands import is_development_file
from ..deployment.compose_sources import has_unknown_environment
from ..deployment.settings_of_commands import servers_use_others
from ..diffs import line_diff
from ..finding import Finding, listed_places
from ..python.expressions import method_name
from ..python.importable import close_name, first_missing, has_file, importable_module, is_missing
from ..settings.deployed_settings import sets_nothing
from ..settings.entry_packages import packages_name_settings
from ..settings.settings_names import VARIABLE, settings_expressions
from ..settings.similar_settings import similar_settings
from ..settings.unseen_settings import is_kept_out_of_git

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ModuleNotFoundError: No module named 'config.settings.production'"

NOTHING_SET = "ImproperlyConfigured: The SECRET_KEY setting must not be empty."
# The entry points, and the settings that name the one that `runserver` uses.
ENTRY_POINTS = {"asgi.py": "ASGI_APPLICATION", "wsgi.py": "WSGI_APPLICATION"}
NO_PROPOSAL = "Name a module of the project that has all settings."
WORD = re.compile(r"\w+")


def check(project: Project) -> Iterator[Finding]:
    """Find names of settings in entry points and deployment files without a module."""
    places: dict[str, list[Location]] = {}
    for name, location in [*_in_entry_points(project), *_in_deployment_files(project)]:
        places.setdefault(name, []).append(location)
    for name, locations in places.items():
        if _is_empty(project, name):
            if len(locations) == 1 or not servers_use_others(project, name):
                yield _empty(project, name, locations)
        elif not is_kept_out_of_git(project, name) and (
            _is_missing(project, name) or _is_deeper(project, name)
        ):
            yield _missing(project, name, locations)


def _missing(project: Project, name: str, locations: list[Location]) -> Finding:
    right = similar_settings(project, name)
    advice = f"Write `{right}`" if right else "Name an existing one"
    message = f"`{VARIABLE}` names `{name}`, which does not exist{_elsewhere(locations)}. {advice}."
    fix = line_diff(project, locations[0], name, right) if right else NO_PROPOSAL
    symptom = f"ModuleNotFoundError: No module named '{first_missing(project, name)}'"
    return Finding(message, locations[0], fix, symptom=symptom)


def _elsewhere(locations: list[Location]) -> str:
    """Return the other places of a name, as the end of a clause."""
    others = list(dict.fromkeys(locations[1:]))
    return f" (also in {listed_places(others)})" if others else ""


def _is_empty(project: Project, name: str) -> bool:
    """Return whether a module of that name, which manage.py does not name too, sets nothing."""
    module = project.resolver.find_module(name) if name != project.settings.name else None
    return module is not None and sets_nothing(module)


def _empty(project: Project, name: str, locations: list[Location]) -> Finding:
    message = (
        f"`{VARIABLE}` names `{name}`, which sets nothing{_elsewhere(locations)}. Name the module"
        " with the settings."
    )
    own = project.settings.name or ""
    is_right = own and not is_development_file(own)
    fix = line_diff(project, locations[0], name, own) if is_right else NO_PROPOSAL
    return Finding(message, locations[0], fix, symptom=NOTHING_SET)


def _in_entry_points(project: Project) -> Iterator[tuple[str, Location]]:
    for module in project.production_modules:
        setting = ENTRY_POINTS.get(module.path.rsplit("/", 1)[-1])
        if setting and not _is_replaced(project, module, setting):
            for node, name in settings_expressions(module):
                is_default = method_name(module.parents.get(node)) == "setdefault"
                is_replaced = is_default and _is_replaced_by(project, module)
                is_unused = _starts_others(project, module) and not _is_empty(project, name)
                if not is_replaced and not (is_default and is_unused):
                    yield name, module.location(node)


def _is_replaced_by(project: Project, module: Module) -> bool:
    """Return whether a package, or an `env_file` that is not here, may set the name before.

    With `runserver` alone, manage.py has set it.
    """
    started = _started(project)
    if started and all(each.program == "runserver" for each in started):
        return True
    return packages_name_settings(project, module) or has_unknown_environment(project)


def _starts_others(project: Project, module: Module) -> bool:
    """Return whether each server of the files certainly serves by another module."""
    started = _started(project)
    return bool(started) and all(
        each.program == "runserver" or each.module not in {"", module.name} for each in started
    )


def _started(project: Project) -> list[Command]:
    return [each for each in project.commands if each.is_server or each.program == "runserver"]


def _is_replaced(project: Project, module: Module, setting: str) -> bool:
    """Return whether the setting names another module of the project, and no command this one."""
    value = project.settings[setting].value
    named = project.resolver.find_module(str(value).rpartition(".")[0])
    is_started = any(module.name == each.module for each in project.commands)
    return named is not None and named is not module and not is_started


def _in_deployment_files(project: Project) -> Iterator[tuple[str, Location]]:
    for name, location in settings_names(project.deployment_files):
        is_deployed = bool(name) and not is_development_file(location.path)
        is_default = "dockerfile" in location.path.lower() and has_unknown_environment(project)
        if is_deployed and not is_default and not _is_of_other_project(project, name, location):
            yield name, location


def _is_of_other_project(project: Project, name: str, location: Location) -> bool:
    """Return whether a shell script names no module and no package of this project."""
    files = [each for each in project.deployment_files if each.path == location.path]
    is_script = location.path.endswith(SCRIPT_ENDINGS)
    tops = {each.name.partition(".")[0] for each in project.modules}
    words = {word for file in files for word in WORD.findall(file.text())}
    is_similar = bool(close_name(name.partition(".")[0], list(tops)))
    return is_script and not is_similar and not words & tops


def _is_missing(project: Project, name: str) -> bool:
    """Return whether the project has no such module, and has those that manage.py names."""
    if has_file(project, name):
        return False
    if is_missing(project, name):
        return True
    is_known = project.resolver.find_module(project.settings.name or "") is not None
    is_other = importable_module(project, name) is None and "settings" in name
    return is_known and is_other and name != project.settings.name and _is_only_project(project)


def _is_only_project(project: Project) -> bool:
    """Return whether no other folder of the repository has a manage.py of its own."""
    paths = [each.path for each in project.deployment_files]
    return sum(f"/{path}".endswith("/manage.py") for path in paths) <= 1


def _is_deeper(project: Project, name: str) -> bool:
    """Return whether a name lacks a package that manage.py names before it."""
    own = project.settings.name or ""
    uses_path = any("sys.path" in line for each in project.modules for line in each.lines)
    return own.endswith(f".{name}") and not uses_path
