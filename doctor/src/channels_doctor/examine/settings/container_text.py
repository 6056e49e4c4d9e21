"""The text of an expression of the settings in the container of a service."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..deployment.compose import COMPOSE
from ..deployment.matching_files import matching_files
from ..python.expressions import argument, constant_value, variable_name
from .environment_reads import environment_read

if TYPE_CHECKING:
    from ..deployment.compose import Service
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from .environment_reads import EnvironmentRead
    from .project_settings import Settings

MAX_DEPTH = 4  # texts in texts
CONVERSIONS = {"int", "str"}
DOTENV = re.compile(r"(dotenv|environ|environs|decouple|dynaconf|configurations)\b")
# Files that give a variable to no container, where nothing in it reads a `.env`.
UNREAD = re.compile(rf"{COMPOSE.pattern}|(^|/)\.env[^/]*$")
ENV_FILE = re.compile(rb"(^|[\s/='\"])\.env\b", re.MULTILINE)
NO_READERS = re.compile(rf"{UNREAD.pattern}|ignore$|\.(md|rst|txt)$", re.IGNORECASE)


class Text(NamedTuple):
    """A text, and the line that gives it.

    `misspelt` are the name of the variable that the line sets, and that which the settings read.
    """

    value: str
    location: Location | None
    misspelt: tuple[str, str] | None = None


def container_text(
    project: Project, service: Service, module: Module, node: ast.AST, depth: int = 0
) -> Text | None:
    """Return the text of an expression, None for an unknown one.

    The line of an address in an f-string is that of its host.
    """
    module, node = project.resolver.value(module, node)
    if not isinstance(node, ast.JoinedStr):
        return _plain_text(project, service, module, node)
    values = [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
    texts = [
        container_text(project, service, module, each, depth + 1) if depth < MAX_DEPTH else None
        for each in values
    ]
    known = [each for each in texts if each and not each.misspelt]
    whole = "".join(each.value for each in known)
    hosts = [each for each in known if re.search(rf"[/@]{re.escape(each.value)}(?![^:/])", whole)]
    place = hosts[0].location if hosts else module.location(node)
    return Text(whole, place) if len(known) == len(texts) else None


def is_used(settings: Settings, service: Service) -> bool:
    """Return whether a service has these settings, as far as its environment tells."""
    given, _ = service.environment.get("DJANGO_SETTINGS_MODULE", ("", None))
    return given in {"", settings.name}


def _plain_text(project: Project, service: Service, module: Module, node: ast.AST) -> Text | None:
    """Return a literal, or the value of a variable in the container of a service."""
    while isinstance(node, ast.Call) and variable_name(node.func) in CONVERSIONS and node.args:
        module, node = project.resolver.value(module, node.args[0])
    if isinstance(constant_value(node), int):
        return Text(str(constant_value(node)), module.location(node))
    read = environment_read(node)
    if read and read.name in service.environment:
        return Text(*service.environment[read.name])
    default = read and _default(node, read)
    is_open = service.has_other_environment or (read and _is_given_elsewhere(project, read.name))
    if not read or default is None or (read.name and is_open):
        return None
    similar = get_close_matches(read.name, [*service.environment], 1, 0.85)
    if similar:
        return Text(default, service.environment[similar[0]][1], (similar[0], read.name))
    return Text(default, module.location(node))


def _default(node: ast.AST, read: EnvironmentRead) -> str | None:
    """Return what a variable is where nothing sets it; a number as text."""
    number = constant_value(argument(node, 1, "default")) if isinstance(node, ast.Call) else None
    return str(number) if isinstance(number, int) else read.default


def _is_given_elsewhere(project: Project, name: str) -> bool:
    """Return whether a file besides those of compose, such as a Dockerfile, gives a variable."""
    given = re.compile(rf"\b{re.escape(name)}\b\"?\s*[=: ]".encode())
    unread = COMPOSE if _reads_env_file(project) else UNREAD
    return any(not unread.search(each.path) for each in matching_files(project, given))


@lru_cache(maxsize=1)
def _reads_env_file(project: Project) -> bool:
    """Return whether a module imports a package that reads a `.env`, or a script names one."""
    imports = [name for each in project.production_modules for name in each.imports.values()]
    readers = (each.path for each in matching_files(project, ENV_FILE))
    return any(map(DOTENV.match, imports)) or any(not NO_READERS.search(each) for each in readers)
