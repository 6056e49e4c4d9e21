"""From a class to its ancestors, and from an expression to the function that it names."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Iterator

from ..definitions import Definition, definitions_in, parameters
from ..expressions import is_variable, variable_name, walk_body
from ..modules import FUNCTIONS, Function, Module
from .values import ValueResolver


class Resolver(ValueResolver):
    """Finds the ancestors of classes and the functions of calls, too."""

    def enclosing_class(self, module: Module, node: ast.AST) -> Definition | None:
        """Return the class around a node."""
        around = (each for each in module.enclosing_nodes(node) if isinstance(each, ast.ClassDef))
        return next((Definition(module, each) for each in around), None)

    def mro(self, cls: Definition, seen: set[str] | None = None) -> Iterator[Definition]:
        """Yield a class and its ancestors in the project, each once, roughly as Python looks."""
        seen = set() if seen is None else seen
        if cls.full_name not in seen:
            seen.add(cls.full_name)
            yield cls
            for base in cls.bases:
                parent = self._class(cls.module, base)
                if parent:
                    yield from self.mro(parent, seen)

    def outside_bases(self, cls: Definition) -> set[str]:
        """Return the full names of the ancestors that the project does not define."""
        bases = [(each.module, base) for each in self.mro(cls) for base in each.bases]
        return {module.full_name(base) for module, base in bases if not self._class(module, base)}

    def _class(self, module: Module, base: ast.expr) -> Definition | None:
        found = self.definition(module, base)
        return found if found and found.is_class else None

    def member(self, cls: Definition, name: str) -> Definition | None:
        """Return the method or attribute of a class; an ancestor in the project may define it."""
        found = (self.own_member(each, name) for each in self.mro(cls))
        return next(filter(None, found), None)

    def own_member(self, cls: Definition, name: str) -> Definition | None:
        """Return the method or attribute in the body of a class itself."""
        node = dict(definitions_in(cls.node.body)).get(name)
        return None if node is None else Definition(cls.module, node)

    def constant(self, module: Module, node: ast.AST) -> ast.AST | None:
        """Return the value of a name, of `self.NAME` or of `Class.NAME`, None for another node."""
        found = self.definition(module, node)
        if found is None and isinstance(node, ast.Attribute):
            is_own = is_variable(node.value, "self", "cls")
            owner = node.value
            cls = self.enclosing_class(module, node) if is_own else self._class(module, owner)
            found = self.member(cls, node.attr) if cls else None
        return found.value if found else self.value(module, node)[1]

    def function(self, module: Module, expression: ast.expr) -> Definition | None:
        """Return the function that an expression names: `load`, `self.load` or `queries.load`."""
        if isinstance(expression, ast.Attribute) and is_variable(expression.value, "self", "cls"):
            cls = self.enclosing_class(module, expression)
            found = self.member(cls, expression.attr) if cls else None
        elif _is_local(module, expression):
            found = None
        else:
            found = self.definition(module, expression)
        return found if found and found.is_function else None


def _is_local(module: Module, expression: ast.AST) -> bool:
    """Return whether a function around an expression binds the name that it begins with."""
    root = expression
    while isinstance(root, ast.Attribute):
        root = root.value
    around = (each for each in module.enclosing_nodes(root) if isinstance(each, FUNCTIONS))
    return any(variable_name(root) in _local_names(each) for each in around)


@lru_cache(maxsize=20_000)  # the same ones for each name
def _local_names(function: Function) -> set[str]:
    """Return the parameters of a function, and the names that its own body binds."""
    nodes = list(walk_body(function.body))
    names = {each.arg for each in parameters(function)}
    names.update(each.name for each in nodes if isinstance(each, FUNCTIONS))
    return names.union(
        each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )
