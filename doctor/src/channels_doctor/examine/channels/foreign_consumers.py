"""Consumers of other packages, whose methods and groups the project's text does not show."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .api import CONSUMERS

if TYPE_CHECKING:
    from ..project import Project


def serves_foreign_consumers(project: Project) -> bool:
    """Return whether a route also serves a consumer of another package, such as Strawberry."""
    served = [
        module.full_name(each.value)
        for module, each in project.find_all(ast.Attribute)
        if each.attr == "as_asgi"
    ]
    modules = {name.rpartition(".")[0] for name in served if not name.startswith(CONSUMERS)}
    return any(name and project.resolver.find_module(name) is None for name in modules)
