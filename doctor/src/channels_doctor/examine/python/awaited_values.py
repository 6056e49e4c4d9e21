"""The awaits of plain functions that return what nothing can await, such as a list."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from .expressions import attribute_name, walk_body
from .modules import FUNCTIONS

if TYPE_CHECKING:
    from ..project import Project
    from .definitions import Definition
    from .modules import Module

PLAIN_DECORATORS = {"staticmethod", "classmethod"}
# The expressions whose values are of one built-in type.
TYPES = {
    ast.List: "list", ast.ListComp: "list", ast.Tuple: "tuple", ast.JoinedStr: "str",
    ast.Dict: "dict", ast.DictComp: "dict", ast.Set: "set", ast.SetComp: "set",
}  # fmt: skip


class AwaitedValue(NamedTuple):
    """An `await` with the call in it, and the name of the type that the call returns."""

    module: Module
    node: ast.Await
    call: ast.Call
    kind: str


def awaited_values(project: Project) -> Iterator[AwaitedValue]:
    """Yield the awaits in production code."""
    for module in project.production_modules:
        for node in module.find_all(ast.Await):
            call = node.value
            if not isinstance(call, ast.Call):
                continue
            called = project.resolver.function(module, call.func)
            kind = _returned_type(called) if called else ""
            if called and kind and not is_overridden(project, called):
                yield AwaitedValue(module, node, call, kind)


def is_plain(called: Definition, is_awaited: bool) -> bool:
    """Return whether calling a function gives what its body returns."""
    decorators = {called.module.full_name(each) for each in called.node.decorator_list}
    return isinstance(called.node, ast.AsyncFunctionDef) is is_awaited and (
        decorators <= PLAIN_DECORATORS
    )


def is_overridden(project: Project, called: Definition) -> bool:
    """Return whether another function of the project, or an attribute, has the name of a method."""
    name = called.node.name
    names = [getattr(each, "name", "") for _, each in project.find_all(*FUNCTIONS)]
    stores = (each for _, each in project.find_all(ast.Attribute) if each.attr == name)
    return names.count(name) > 1 or any(isinstance(each.ctx, ast.Store) for each in stores)


def _returned_type(called: Definition) -> str:
    """Return the first type that a function returns, "" for one that may return a coroutine.

    A function with queries needs a thread, and not another call.
    """
    nodes = list(walk_body(called.node.body))
    if not is_plain(called, is_awaited=False) or any(map(_is_other, nodes)):
        return ""
    kinds = [TYPES.get(type(each.value), "") for each in nodes if isinstance(each, ast.Return)]
    return kinds[0] if kinds and all(kinds) else ""


def _is_other(node: ast.AST) -> bool:
    """Return whether a node makes a function a generator, or is the manager of a model."""
    return isinstance(node, (ast.Yield, ast.YieldFrom)) or attribute_name(node) == "objects"
