"""Tests that speak to consumers: where they make a communicator, and what they do with it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

COMMUNICATOR = "WebsocketCommunicator"


class Communicator(NamedTuple):
    """One `WebsocketCommunicator(…)` in a function, and the name that it gets there, "" for none."""

    module: Module
    call: ast.Call
    function: Function
    name: str


def communicators(project: Project) -> Iterator[Communicator]:
    """Yield what the project's functions make, wherever their file lies."""
    for module in project.modules:
        for call in module.all(ast.Call):
            function = module.function(call)
            if (
                function
                and module.qualified(call.func).startswith("channels.testing.")
                and _is_one(call)
            ):
                yield Communicator(module, call, function, _name(module, call))


def _is_one(call: ast.Call) -> bool:
    return getattr(call.func, "attr", getattr(call.func, "id", "")) == COMMUNICATOR


def _name(module: Module, call: ast.Call) -> str:
    above = module.parents.get(call)
    target = above.targets[0] if isinstance(above, ast.Assign) else None
    return target.id if isinstance(target, ast.Name) else ""


def methods(each: Communicator, *names: str) -> Iterator[ast.Call]:
    """Yield the calls of a communicator's methods in its function."""
    for node in ast.walk(each.function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
        ):
            holder = node.func.value
            if isinstance(holder, ast.Name) and holder.id == each.name:
                yield node
