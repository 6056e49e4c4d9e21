"""The settings module that the server of a deployment command uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_ASGI_APPLICATION
from ..file_selection import IMAGE_FILES, PLATFORM_FILES
from ..finding import Location
from ..settings.settings_names import named_settings
from .shell_settings import NAME, settings_in_script

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project
    from ..python.modules import Module
    from .commands import Command

DJANGO_APPLICATIONS = (
    "django.core.wsgi.get_wsgi_application",
    GET_ASGI_APPLICATION,
)
BEGINNINGS = (
    *("Procfile", ".env", "supervisor", "fly."),
    *PLATFORM_FILES,
)
# The files of services for continuous integration, most of which run tests.
WORKFLOWS = re.compile(
    r"(^|/)(\.github/|\.circleci/|\.(gitlab-ci|travis|drone|woodpecker|appveyor|cirrus)\b"
    r"|(azure|bitbucket)-pipelines|appveyor\.|cloudbuild\.)"
)
SCRIPT_ENDINGS = (".sh", "entrypoint", "/start")
ELASTIC_BEANSTALK = re.compile(r"(^|/)\.ebextensions/[^/]+\.config$")
ENDINGS = (".env", ".yml", ".yaml", ".service", *SCRIPT_ENDINGS)


def settings_of_command(project: Project, command: Command) -> str:
    """Return the settings that the command's file names.

    Else those that other deployment files name, else those of the application. "" where files
    name several or leave the name to the environment, and for a server of another program.
    """
    module = project.resolver.find_module(command.module)
    if module is None or not _is_django_application(project, module):
        return ""
    files = project.deployment_files
    own = [file for file in files if file.path == command.location.path]
    names = {name for file in own for name, _ in _named_in(file)}
    others = [file for file in files if not _is_for_own_commands(file.path)]
    names = names or {name for name, _ in settings_names(others)}
    if names:
        return names.pop() if len(names) == 1 else ""
    return next(named_settings(module), project.settings.name or "")


def servers_use_others(project: Project, default: str) -> bool:
    """Return whether the environment of each server in the files names other settings."""
    named = {name for name, _ in settings_names(project.deployment_files)} - {default, ""}
    given = {settings_of_command(project, each) for each in project.commands if each.is_server}
    return bool(given) and given <= named


def settings_names(files: list[File]) -> Iterator[tuple[str, Location]]:
    """Yield the settings that deployment files name, each with its place.

    The name is "" where the environment gives it.
    """
    for file in files:
        if _may_set_environment(file.path):
            yield from _named_in(file)


def _is_for_own_commands(path: str) -> bool:
    """Return whether a file is a script whose variables no other file's server gets."""
    return path.endswith(".sh") and "entrypoint" not in path.rsplit("/", 1)[-1]


def _named_in(file: File) -> Iterator[tuple[str, Location]]:
    text = file.text()
    if file.path.endswith(SCRIPT_ENDINGS):
        yield from ((name, Location(file.path, line)) for name, line in settings_in_script(text))
        return
    for number, line in enumerate(text.splitlines(), 1):
        for found in NAME.finditer(line.partition("#")[0]):
            yield found[1] or "", Location(file.path, number)


def _is_django_application(project: Project, module: Module) -> bool:
    makes_application = any(module.calls(*DJANGO_APPLICATIONS)) or any(named_settings(module))
    return makes_application or module in project.asgi_modules


def _may_set_environment(path: str) -> bool:
    """Return whether a file may set the environment of a server, as container files do."""
    name = path.rsplit("/", 1)[-1]
    if ELASTIC_BEANSTALK.search(path) or IMAGE_FILES.search(path):
        return True
    return not WORKFLOWS.search(path) and (name.startswith(BEGINNINGS) or name.endswith(ENDINGS))
