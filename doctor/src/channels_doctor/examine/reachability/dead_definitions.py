"""The consumers, the middleware and the functions that are dead: nothing names them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import Definition, parameters
from ..python.nodes import walk
from .imported_names import dotted_strings

if TYPE_CHECKING:
    from ..python.modules import Function, Module


SCOPE = "scope"  # the parameter that makes a class ASGI middleware
INNER = {"inner", "app"}  # the parameter of a function that puts middleware around


def dead_definitions(candidates: list[Definition], modules: list[Module]) -> list[Definition]:
    """Return the candidates that nothing else names in some modules, which have them all.

    A definition is named by a variable, an attribute or a string with its name, wherever that is.
    A definition in a module that is used as a value is not dead.
    """
    bodies = {id(node): each for each in candidates for node in walk(each.node)}
    used: set[str] = set()
    used_by: dict[int, set[str]] = {}
    for module in modules:
        for node, name in _names(module):
            owner = bodies.get(id(node))
            names = used_by.setdefault(id(owner.node), set()) if owner else used
            names.add(name)
    return _unnamed(candidates, used, used_by)


def middleware(module: Module) -> Iterator[Definition]:
    """Yield the classes and functions that wrap an ASGI application."""
    for node in module.tree.body:
        found = Definition(module, node)
        if found.is_function and INNER & _parameters(found.node):
            yield found
        for method in found.methods() if found.is_class else ():
            if method.name == "__call__" and SCOPE in _parameters(method):
                yield found


def _parameters(function: Function) -> set[str]:
    return {each.arg for each in parameters(function)}


def _unnamed(
    candidates: list[Definition], used: set[str], used_by: dict[int, set[str]]
) -> list[Definition]:
    """Return the candidates that neither the other code names nor a candidate that it names."""
    waiting, dead = True, candidates
    while waiting:
        alive = [each for each in dead if each.name in used or each.module.name in used]
        waiting = bool(alive)
        used = used.union(*(used_by.get(id(each.node), ()) for each in alive))
        dead = [each for each in dead if each not in alive]
    return dead


def _names(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield the names that a module uses, with their nodes."""
    for name in module.find_all(ast.Name):
        yield name, name.id
        yield name, _whole_module(module, name)
    yield from ((node, node.attr) for node in module.find_all(ast.Attribute))
    renamed = (each for each in module.find_all(ast.alias) if each.asname)
    yield from ((each, each.name.rpartition(".")[2]) for each in renamed)
    yield from ((module.tree, each.rpartition(".")[2]) for each in dotted_strings(module))


def _whole_module(module: Module, name: ast.Name) -> str:
    """Return the full name of a variable of which no attribute is read, "" for another one."""
    return "" if isinstance(module.parents.get(name), ast.Attribute) else module.full_name(name)
