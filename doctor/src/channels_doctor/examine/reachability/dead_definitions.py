"""The consumers, middleware, functions and classes that are dead: nothing names them."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Dict, FrozenSet, Iterator, Set

from ..python.definitions import Definition, assigned_names, parameters
from ..python.expressions import dict_items, string_value
from ..python.nodes import walk
from .imported_names import dotted_strings

if TYPE_CHECKING:
    from ..python.modules import Function, Module

# The names in use, by the candidates around them.
Uses = Dict[FrozenSet[int], Set[str]]

SCOPE = "scope"  # the parameter that makes a class ASGI middleware
INNER = {"inner", "app"}  # the parameter of a function that puts middleware around


def dead_definitions(
    candidates: list[Definition], modules: list[Module], words: set[str]
) -> list[Definition]:
    """Return the candidates that nothing else names in some modules, which have them all.

    A definition is named by a variable, an attribute or a string with its name, wherever that is,
    and by one of `words`. A variable that stands for a class of another module does not name it,
    nor does the type of a message. A definition in a module that is used as a value is not dead.
    """
    classes = {f"{each.name}.{node.name}" for each in modules for node in _classes(each)}
    owners: dict[int, frozenset[int]] = defaultdict(frozenset)
    for each in candidates:
        for node in walk(each.node):
            owners[id(node)] |= {id(each.node)}
    uses: Uses = defaultdict(set, {frozenset(): words})
    for module in modules:
        for node, name in _names(module, classes):
            uses[owners.get(id(node), frozenset())].add(name)
    return _unnamed(candidates, uses)


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


def _unnamed(candidates: list[Definition], uses: Uses) -> list[Definition]:
    """Return the candidates that neither the other code names nor a candidate that it names."""
    alive: set[int] = set()
    dead = candidates
    while True:
        used = set().union(*(names for around, names in uses.items() if around <= alive))
        found = [each for each in dead if {each.name, each.full_name, each.module.name} & used]
        if not found:
            return dead
        alive.update(id(each.node) for each in found)
        dead = [each for each in dead if id(each.node) not in alive]


def _names(module: Module, classes: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """Yield the names that a module uses, with their nodes; that of a class in full."""
    own = {each.name for each in _classes(module)}
    for name in module.find_all(ast.Name):
        full = f"{module.name}.{name.id}" if name.id in own else module.full_name(name)
        yield name, full if full in classes else name.id
        yield name, _whole_module(module, name)
    yield from ((node, node.attr) for node in module.find_all(ast.Attribute))
    renamed = (each for each in module.find_all(ast.alias) if each.asname)
    yield from ((each, each.name.rpartition(".")[2]) for each in renamed)
    texts = set(dotted_strings(module)) - _exported(module) - _message_types(module)
    yield from ((module.tree, each.rpartition(".")[2]) for each in texts)


def _exported(module: Module) -> set[str | None]:
    """Return the strings in `__all__`, which says what others may import, but uses nothing."""
    lists = (each for each in module.tree.body if "__all__" in assigned_names(each))
    return {string_value(node) for each in lists for node in ast.walk(each)}


def _message_types(module: Module) -> set[str | None]:
    """Return the strings that only the types of messages have, which name consumers' methods."""
    items = [item for each in module.find_all(ast.Dict) for item in dict_items(each)]
    types = {id(value): string_value(value) for key, value in items if key == "type"}
    others = (each for each in module.find_all(ast.Constant) if id(each) not in types)
    return set(types.values()) - {string_value(each) for each in others}


def _classes(module: Module) -> Iterator[ast.ClassDef]:
    return (each for each in module.tree.body if isinstance(each, ast.ClassDef))


def _whole_module(module: Module, name: ast.Name) -> str:
    """Return the full name of a variable of which no attribute is read, "" for another one."""
    return "" if isinstance(module.parents.get(name), ast.Attribute) else module.full_name(name)
