"""Whether the location of a finding is in reachable code."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..browser.pages import PAGES
from ..channels.sent_messages import are_types_known
from ..deployment.local_scripts import is_unnamed_entry_point
from ..deployment.unused_sockets import are_switched_off, has_only_pages_without_sockets
from ..packages.unknown_installs import is_install_unknown
from ..project_tests.uncollected_tests import uncollected_tests
from .archived_modules import archived_modules
from .compiled_pages import compiled_pages
from .dead_definitions import dead_definitions, middleware
from .named_functions import named_classes, named_functions
from .reached_modules import find_reachable_modules, unreached_consumers
from .uninstalled_apps import is_in_uninstalled_app
from .unreached_pages import unreached_pages
from .unused_methods import unused_methods

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

WORD = re.compile(r"\w+")


def is_reached(project: Project, path: str | None, line: int | None) -> bool:
    """Return whether a location is in reachable code, or in a file that is no code."""
    if not path:
        return True
    if path.lower().endswith(PAGES):
        return not (is_in_uninstalled_app(project, path) or path in _unreached_pages(project))
    if not path.endswith(".py"):
        return not (is_unnamed_entry_point(project, path) or is_install_unknown(project, path))
    reachable = find_reachable_modules(project)
    is_dead_file = path in (reachable.unreached if reachable else _put_aside(project))
    if is_dead_file or is_in_uninstalled_app(project, path):
        return False
    dead = [*_dead_definitions(project), *uncollected_tests(project)]
    if are_switched_off(project) or has_only_pages_without_sockets(project):
        dead = [*dead, *project.production_consumers]
    return not any(_contains(each, path, line) for each in dead)


@lru_cache(maxsize=1)
def _unreached_pages(project: Project) -> set[str]:
    reachable = find_reachable_modules(project)
    modules = reachable.modules if reachable else project.production_modules
    return unreached_pages(project.files, modules) | compiled_pages(project.files)


@lru_cache(maxsize=1)
def _put_aside(project: Project) -> set[str]:
    return archived_modules(project) | unreached_consumers(project)


@lru_cache(maxsize=1)
def _dead_definitions(project: Project) -> list[Definition]:
    reachable, words = find_reachable_modules(project), _unparsed_words(project)
    if not (reachable or project.asgi_modules):
        return []
    modules = reachable.modules if reachable else project.production_modules
    found = [each for each in project.production_consumers if each.module in modules]
    if reachable:
        found += [each for module in modules for each in middleware(module)]
    found += _named(project, modules)
    dead = dead_definitions(found, modules, set() if reachable else words)
    return [*dead, *unused_methods(project, modules, words, are_types_known(project))]


def _named(project: Project, modules: list[Module]) -> list[Definition]:
    """Return the functions and the classes that run only where the project's code names them."""
    return [*named_functions(project, modules), *named_classes(project, modules)]


def _unparsed_words(project: Project) -> set[str]:
    """Return the words of the Python files that cannot be parsed."""
    paths = {each.location.path for each in project.unparsed_files}
    texts = (each.text() for each in project.files if each.path in paths)
    return {word for text in texts for word in WORD.findall(text)}


def _contains(definition: Definition, path: str, line: int | None) -> bool:
    """Return whether a place is in the lines of a class or a function with its decorators."""
    node = definition.node
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    lines = range(first, node.end_lineno + 1)
    return definition.module.path == path and line in lines
