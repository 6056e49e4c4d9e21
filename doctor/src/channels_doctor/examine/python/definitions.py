"""What the bodies of modules and classes define: functions, classes and assigned names."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple, Sequence

from .modules import FUNCTIONS, Function, Module
from .nodes import walk

# Decorators that leave a function callable as it is written.
TRANSPARENT_DECORATORS = {
    "staticmethod",
    "classmethod",
    "override",
    "typing.override",
    "abc.abstractmethod",
    "abstractmethod",
}
# Ancestors that add no method which a client, a message or a framework can reach.
HARMLESS_BASES = {"object", "abc.ABC", "typing.Generic"}


class Definition(NamedTuple):
    """A function, a class or an assignment, with its module."""

    module: Module
    node: Any

    @property
    def name(self) -> str:
        """Return the name of a function or a class, "" for an assignment."""
        return str(getattr(self.node, "name", ""))

    @property
    def full_name(self) -> str:
        """Return the dotted name below the project's root."""
        return f"{self.module.name}.{self.name}"

    @property
    def is_class(self) -> bool:
        """Return whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Return whether it is a function or a method."""
        return isinstance(self.node, FUNCTIONS)

    @property
    def is_undecorated(self) -> bool:
        """Return whether no decorator changes what a call of the function does."""
        names = map(self.module.full_name, self.node.decorator_list)
        return all(name in TRANSPARENT_DECORATORS for name in names)

    @property
    def value(self) -> ast.expr | None:
        """Return the expression that an assignment assigns, None for a function or a class."""
        is_assignment = isinstance(self.node, (ast.Assign, ast.AnnAssign))
        return self.node.value if is_assignment else None

    @property
    def bases(self) -> list[ast.expr]:
        """Return the base classes of a class: `Base` for the generic `Base[Item]`."""
        bases = self.node.bases
        return [each.value if isinstance(each, ast.Subscript) else each for each in bases]

    def methods(self) -> Iterator[Function]:
        """Yield the methods in the class's own body."""
        return (each for each in self.node.body if isinstance(each, FUNCTIONS))

    def uses_name(self, *names: str) -> bool:
        """Return whether an attribute, a variable or a function in it has one of these names."""
        return any(
            getattr(node, "attr", getattr(node, "id", getattr(node, "name", ""))) in names
            for node in walk(self.node)
        )


def definitions_in(body: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names that statements define, with the node that defines each.

    The branches of `if`, `try` and `with` count; the bodies of functions and classes do not.
    """
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from ((name, node) for name in assigned_names(node))
        else:
            for part in ("body", "orelse", "finalbody"):
                yield from definitions_in(getattr(node, part, []))


def assigned_names(node: ast.AST) -> list[str]:
    """Return the variables that an assignment sets, none for another node."""
    return [each.id for each in assignment_targets(node) if isinstance(each, ast.Name)]


def assignment_targets(node: ast.AST) -> list[ast.expr]:
    """Return the targets of an assignment, annotated or not, none for another node."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def parameters(function: Function) -> list[ast.arg]:
    """Return the parameters of a function, in order, without `*args` and `**kwargs`."""
    every = function.args
    return [*getattr(every, "posonlyargs", []), *every.args, *every.kwonlyargs]


def default_value(function: Function, name: str) -> ast.expr | None:
    """Return the default of a parameter, None when it has none."""
    every = function.args
    positional = [*getattr(every, "posonlyargs", []), *every.args]
    defaults = dict(zip((each.arg for each in reversed(positional)), reversed(every.defaults)))
    by_keyword = dict(zip((each.arg for each in every.kwonlyargs), every.kw_defaults))
    return defaults.get(name) or by_keyword.get(name)


def outer_parameters(module: Module, function: ast.FunctionDef) -> set[str]:
    """Return the parameters of the function around a function that it returns."""
    outer = module.nearest_function(function)
    is_returned = outer is not None and any(
        isinstance(each, ast.Return)
        and isinstance(each.value, ast.Name)
        and each.value.id == function.name
        for each in outer.body
    )
    return {each.arg for each in parameters(outer)} if outer and is_returned else set()
