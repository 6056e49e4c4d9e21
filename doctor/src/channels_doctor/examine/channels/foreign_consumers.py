"""Consumers of other packages, whose methods and groups the project's text does not show."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from ..python.definitions import HARMLESS_BASES
from .api import CONSUMERS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

LISTENERS = {"channel_listen", "listen_to_channel"}  # of Strawberry's subscriptions


@lru_cache(maxsize=1)
def serves_foreign_consumers(project: Project) -> bool:
    """Return whether a route also serves a consumer of another package, such as Strawberry."""
    attributes = list(project.find_all(ast.Attribute))
    served = [(module, each.value) for module, each in attributes if each.attr == "as_asgi"]
    return any(each.attr in LISTENERS for _, each in attributes) or any(
        _is_foreign(project, *each) for each in served
    )


def _is_foreign(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether a class, or one that it inherits from, is of another package."""
    found = project.resolver.definition(module, node)
    if found and found.is_class:
        bases = project.resolver.outside_bases(found) - HARMLESS_BASES
        return any(not base.startswith((*CONSUMERS, "typing.")) for base in bases)
    name = module.full_name(node)
    owner = name.rpartition(".")[0]
    return (
        bool(owner) and not name.startswith(CONSUMERS) and not project.resolver.find_module(owner)
    )
