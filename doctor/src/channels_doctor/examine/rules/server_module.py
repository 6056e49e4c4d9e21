"""A server command names an application that does not exist."""

from __future__ import annotations

import os
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..channels.release import is_first_channels
from ..deployment.compose import COMPOSE
from ..deployment.server_errors import (
    NO_MODULE,
    OF_FORM,
    attribute_error,
    form_error,
    module_error,
)
from ..deployment.servers import Server, servers
from ..diffs import file_line, line_diff
from ..file_selection import IMAGE_FILES
from ..files_above import FOLDERS
from ..finding import MAX_PLACES, Finding
from ..packages.installs import lacks_program
from ..python.importable import (
    close_name,
    first_missing,
    importable_module,
    is_missing,
    lacks_name,
)

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = NO_MODULE

DJANGO_NAMES = ("asgi", "wsgi")  # of the modules that Django's projects serve
# The command runs in another folder than that of the project.
CHANGED_FOLDER = re.compile(r"\bcd\s+\S|--(chdir|app-dir|pythonpath)\b")


def check(project: Project) -> Iterator[Finding]:
    """Find modules and attributes that the files do not have, and names in a wrong form."""
    is_whole = not project.settings.name or project.resolver.find_module(project.settings.name)
    is_examined = is_whole and project.uses_websockets and not is_first_channels(project)
    seen: set[str] = set()
    for server in servers(project) if is_examined else []:
        if lacks_program(project, server.command.program):
            continue
        fault, right, symptom = _fault(project, server) if server.application else ("", "", "")
        if fault and server.application not in seen:
            seen.add(server.application)
            yield _finding(project, server, fault, right)._replace(symptom=symptom)


def _finding(project: Project, server: Server, fault: str, right: str) -> Finding:
    application, location = server.application, server.command.location
    same = [
        each.command.location
        for each in servers(project)
        if each.application == application and each.command.location != location
    ]
    also = "".join(f" Also in {each}." for each in same[:MAX_PLACES])
    what = f"{server.command.program} is given `{application}`: {fault}."
    if (
        right.partition(":")[0] == server.module
        and importable_module(project, server.module) is None
    ):
        path = server.module.replace(".", "/") + ".py"
        return Finding(f"{what} Add {path}.{also}", location, f"Add {path} with the application.")
    fix = line_diff(project, location, application, right)
    return Finding(f"{what} Write `{right}`.{also}", location, fix)


def _fault(project: Project, server: Server) -> tuple[str, str, str]:
    """Return what is wrong, what is right, and what the server prints; empty for no fault."""
    name, attribute, application = server.module, server.attribute, server.application
    dotted = re.sub(r"\.py$", "", name).replace("/", ".") if "/" in name else ""
    if dotted and importable_module(project, dotted) and server.command.program != "hypercorn":
        right = f"{dotted}:{attribute or 'application'}"
        error = module_error(server, re.sub(r"\.py$", "", name))
        return "the module has slashes", right, error
    module = importable_module(project, name)
    if module is None:
        return _missing_module(project, server)
    if server.command.program in OF_FORM and ":" not in application:
        right = f"{application}:application"
        return "the attribute is missing", right, form_error(server)
    if attribute and "." not in attribute and lacks_name(project, module, attribute):
        is_elsewhere = lacks_name(project, module, "application")
        right = _right_name(project, name) if is_elsewhere else f"{name}:application"
        return f"{module.path} has no `{attribute}`", right, attribute_error(server)
    return "", "", ""


def _missing_module(project: Project, server: Server) -> tuple[str, str, str]:
    name = server.module
    owner, _, last = name.rpartition(".")
    module = importable_module(project, owner) if ":" not in server.application else None
    if module and not lacks_name(project, module, last, accepts_submodule=False):
        return "a colon is missing", f"{owner}:{last}", form_error(server)
    if _runs_elsewhere(project, server):
        return "", "", ""
    if is_missing(project, name) or _is_of_django(project, server):
        error = module_error(server, first_missing(project, name))
        return f"the module `{name}` does not exist", _right_name(project, name), error
    return "", "", ""


def _runs_elsewhere(project: Project, server: Server) -> bool:
    """Return whether a command changes its folder, or its file names that of the first package."""
    location = server.command.location
    folder = re.compile(rf"/{re.escape(server.module.partition('.')[0])}(?=[/\s]|$)")
    in_image = bool(COMPOSE.search(location.path))
    files = [
        each
        for each in project.deployment_files
        if each.path == location.path or (in_image and IMAGE_FILES.search(each.path))
    ]
    is_copied = any(folder.search(_without_project_folder(project, each)) for each in files)
    return is_copied or bool(CHANGED_FOLDER.search(file_line(project, location)))


@lru_cache(maxsize=100)  # a file may have many commands
def _without_project_folder(project: Project, file: File) -> str:
    """Return the text of a file without the path that leads from it to the project's manage.py."""
    text, here = file.text(), posixpath.dirname(file.path)
    for path in [each.path for each in project.files if f"/{each.path}".endswith("/manage.py")]:
        folder = os.path.join(project.root or "", posixpath.dirname(path))
        way = os.path.relpath(folder, os.path.join(project.root or "", here)).replace(os.sep, "/")
        text = re.sub(rf"(?<![\w/.-])(\./)?{re.escape(way)}(?![\w.-])", ".", text)
    return text


def _is_of_django(project: Project, server: Server) -> bool:
    """Return whether a name without a module in the project is one that Django's projects have.

    Another program of the repository has its commands in a folder of its own, and a project that
    is imported from a folder above it uses the name of that folder in its imports.
    """
    folder = server.command.location.path.replace("../", "").rpartition("/")[0].partition("/")[0]
    others = [each for each in project.deployment_files if each.path.endswith("manage.py")]
    ends = server.module.rpartition(".")[2] in DJANGO_NAMES and "/" not in server.module
    top = server.module.partition(".")[0] + "."
    imported = (name for each in project.modules for name in each.imports.values())
    is_used = any(name.startswith(top) for name in imported)
    return ends and folder in {"", *FOLDERS} and len(others) <= 1 and not is_used


def _right_name(project: Project, name: str) -> str:
    """Return the application that a wrong name means."""
    last = name.rpartition(".")[2]
    modules = [each for each in project.production_modules if each.name.endswith(".asgi")]
    right = modules[0].name if len(modules) == 1 else ""
    right = right or close_name(name, [each.name for each in project.modules]) or "config.asgi"
    return f"{right.replace('asgi', 'wsgi') if last == 'wsgi' else right}:application"
