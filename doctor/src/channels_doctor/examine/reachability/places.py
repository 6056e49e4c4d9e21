"""Whether the place of a finding is in code that something reaches."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..browser.pages import PAGES
from .dead_definitions import dead_definitions
from .reached_modules import module_reach
from .unreached_pages import unreached_pages

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition


def is_reached(project: Project, path: str | None, line: int | None) -> bool:
    """Return whether something reaches a place; files that are no code always are."""
    if not path:
        return True
    if path.lower().endswith(PAGES):
        return path not in _unreached_pages(project)
    if not path.endswith(".py"):
        return True
    reach = module_reach(project)
    if reach and path in reach.unreached:
        return False
    return not any(_contains(each, path, line) for each in _dead_definitions(project))


@lru_cache(maxsize=1)
def _unreached_pages(project: Project) -> set[str]:
    reach = module_reach(project)
    return unreached_pages(project.files, reach.modules if reach else project.production_modules)


@lru_cache(maxsize=1)
def _dead_definitions(project: Project) -> list[Definition]:
    reach = module_reach(project)
    return dead_definitions(project.production_consumers, reach.modules) if reach else []


def _contains(definition: Definition, path: str, line: int | None) -> bool:
    """Return whether a place is in the lines of a class, its decorators left out."""
    lines = range(definition.node.lineno, definition.node.end_lineno + 1)
    return definition.module.path == path and line in lines
