"""The deployment runs with `DEBUG = True`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.command_settings import settings_names
from ..deployment.commands import is_development_file
from ..deployment.commands_for_developers import is_not_installed, serves_developers
from ..deployment.compose import COMPOSE, is_composed
from ..deployment.compose_sources import has_unknown_environment, is_replaced_in_part
from ..deployment.local_scripts import are_local, is_run_by_hand, is_unnamed_entry_point
from ..deployment.matching_files import matching_files
from ..deployment.settings_of_commands import settings_of_command
from ..diffs import joined_diffs, line_diff
from ..finding import Finding
from ..python.definitions import assigned_names
from ..readme_status import is_demo_or_deprecated
from ..settings.assignments import Assignment, SettingsReader
from ..settings.truthy_strings import always_true_text, text_comparison
from ..settings.unseen_settings import may_be_replaced

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "You're seeing this error because you have DEBUG = True in your Django settings file."

TEXT = 'true for each text, "False" among them'
COLLECTS = re.compile(rb"\bcollectstatic\b")
USUAL_SETTINGS = {"DEBUG", "ALLOWED_HOSTS", "DATABASES"}


def check(project: Project) -> Iterator[Finding]:
    """Find servers in deployment files whose settings contain the literal DEBUG = True."""
    found: dict[Location | None, Finding] = {}
    is_served = project.uses_websockets and not is_demo_or_deprecated(project)
    for command in project.commands if is_served else ():
        if _serves_visitors(project, command):
            for each in _in_command(project, command):
                found.setdefault(each.location, each)
    yield from found.values()


def _serves_visitors(project: Project, command: Command) -> bool:
    """Return whether a command starts a server of the project that is not for developers."""
    if not command.is_server or command.is_development or is_not_installed(project, command):
        return False
    is_unnamed = is_unnamed_entry_point(project, command.location.path)
    if is_unnamed or serves_developers(project, command):
        return False
    return project.resolver.find_module(command.module) is not None


def _in_command(project: Project, command: Command) -> Iterator[Finding]:
    name = settings_of_command(project, command)
    is_meant = is_development_file(name) and _develops(project, command, name)
    settings = {} if is_meant else _deployed_settings(project, command, name)
    debug = settings.get("DEBUG")
    if debug is None or _is_local(project, command, settings):
        return
    source = always_true_text(project, debug)
    if debug.value is True or source:
        # Without DEBUG, nothing finds the static files in the apps.
        also = "" if any(matching_files(project, COLLECTS)) else ", and run `collectstatic`"
        message = (
            f"{command.program} in {command.location.path} uses `{name}`, in which `DEBUG` is"
            f" {TEXT if source else 'True'}: visitors see the settings."
            f" {'Compare the text' if source else 'Set it to False'}{also}."
        )
        fix = text_comparison(project, debug) if source else _fix(project, name, settings)
        yield Finding(message, debug.location, fix)


def _fix(project: Project, name: str, settings: dict[str, Assignment]) -> str:
    """Return the change of DEBUG, and a list of the hosts, which Django needs without DEBUG."""
    paths = [each.path for each in _read(project, name).modules if "DEBUG = True" in each.lines]
    if len(paths) > 1:
        return f'DEBUG = os.environ.get("DEBUG") == "1"  # in {", ".join(sorted(paths))}'
    debug, hosts = settings["DEBUG"].location, settings.get("ALLOWED_HOSTS")
    changed = line_diff(project, debug, "True", 'os.environ.get("DEBUG") == "1"')
    if hosts is None:
        return f'{changed}\n+ALLOWED_HOSTS = ["example.com"]'
    if hosts.value not in ([], ()) or hosts.location.path != debug.path:
        return changed
    listed = line_diff(project, hosts.location, "[]", '["example.com"]')
    return joined_diffs([(debug.line or 0, changed), (hosts.location.line or 0, listed)])


def _is_local(project: Project, command: Command, settings: dict[str, Assignment]) -> bool:
    """Return whether a command serves only the computer of the person who runs it."""
    hosts, path = settings.get("ALLOWED_HOSTS"), command.location.path
    is_closed = hosts is None or are_local(hosts.value)
    return is_closed and (is_composed(project, path) or is_run_by_hand(project, path))


def _develops(project: Project, command: Command, name: str) -> bool:
    """Return whether a command with settings for development serves developers.

    The deployment has other settings elsewhere, the settings are only the default beside others,
    or all compose files are for development.
    """
    files = project.deployment_files
    every = list(settings_names(files))
    named = [each for each in every if ".example" not in each[1].path]
    others = (each for each, place in every if place.path != command.location.path)
    if any(each and not is_development_file(each) for each in others):
        return True
    if not named and _has_deployed_settings(project, name):
        return True
    composed = [is_development_file(each.path) for each in files if COMPOSE.search(each.path)]
    return bool(composed) and all(composed)


def _deployed_settings(project: Project, command: Command, name: str) -> dict[str, Assignment]:
    """Return the settings of a command, none where others may decide DEBUG."""
    reader = _read(project, name)
    debug = reader.assignments.get("DEBUG")
    is_open = _may_use_others(project, command, name) and _has_others(project, reader.modules)
    is_certain = debug and not may_be_replaced(project, reader.modules, debug.location)
    return reader.assignments if is_certain and not is_open else {}


def _read(project: Project, name: str) -> SettingsReader:
    reader = SettingsReader(project.resolver.find_module)
    module = project.resolver.find_module(name)
    if module:
        reader.read(module)
    return reader


def _may_use_others(project: Project, command: Command, name: str) -> bool:
    """Return whether the server may use other settings: of an override, of an environment file."""
    path = command.location.path
    if COMPOSE.search(path) and is_replaced_in_part(project, path, command.service):
        return True
    named = settings_names(project.deployment_files)
    paths = {place.path for given, place in named if given == name}
    if any(COMPOSE.search(each) and is_replaced_in_part(project, each) for each in paths - {path}):
        return True
    return not paths and has_unknown_environment(project)


def _has_others(project: Project, own: list[Module]) -> bool:
    """Return whether there are settings besides those that the server reads."""
    return any(module not in own and _is_settings(module) for module in project.production_modules)


def _has_deployed_settings(project: Project, name: str) -> bool:
    """Return whether settings beside those of a name are not for development, by their name."""
    package = name.rpartition(".")[0]
    return any(
        each.name.rpartition(".")[0] == package != ""
        and not is_development_file(each.path)
        and _is_settings(each)
        and "base" not in each.path.rpartition("/")[2]
        for each in project.production_modules
    )


def _is_settings(module: Module) -> bool:
    names = {name for each in module.find_all(ast.Assign) for name in assigned_names(each)}
    is_derived = any("settings" in name or ".base" in name for name in module.star_imports())
    return bool(names & USUAL_SETTINGS) or is_derived
