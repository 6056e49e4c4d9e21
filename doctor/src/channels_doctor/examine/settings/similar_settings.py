"""The settings that a misspelt name may stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..python.importable import close_name
from .deployed_settings import sets_nothing

if TYPE_CHECKING:
    from ..project import Project


def similar_settings(project: Project, name: str) -> str:
    """Return the only settings that a misspelt name may stand for, else "".

    They have the same last part or, where it is misspelt, a similar one. Settings for
    development and those for production differ in nothing else.
    """
    own, last = project.settings.name or "", name.rpartition(".")[2]
    modules = project.production_modules
    named = [each for each in modules if "settings" in each.name and not sets_nothing(each)]
    names = {each.name for each in named} - {name}
    same = {each for each in names if each.rpartition(".")[2] == last}
    if own in same or len(same) == 1:
        return own if own in same else same.pop()
    close = close_name(name, [*(same or names)])
    return close if close_name(last, [close.rpartition(".")[2]]) else ""
