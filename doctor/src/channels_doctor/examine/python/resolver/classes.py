"""From a class to its ancestors, and from an expression to the function that it names."""

from __future__ import annotations

import ast
from typing import Iterator

from ..definitions import Definition, definitions_in, parameters
from ..expressions import is_variable, variable_name
from ..modules import FUNCTIONS, Module
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
            for base in cls.node.bases:
                parent = self._class(cls.module, base)
                if parent:
                    yield from self.mro(parent, seen)

    def outside_bases(self, cls: Definition) -> set[str]:
        """Return the full names of the ancestors that the project does not define."""
        bases = [(each.module, base) for each in self.mro(cls) for base in each.node.bases]
        return {module.full_name(base) for module, base in bases if not self._class(module, base)}

    def _class(self, module: Module, base: ast.expr) -> Definition | None:
        found = self.definition(module, base)
        return found if found and found.is_class else None

    def member(self, cls: Definition, name: str) -> Definition | None:
        """Return the method or attribute of a class; an ancestor in the project may define it."""
        for each in self.mro(cls):
            node = dict(definitions_in(each.node.body)).get(name)
            if node is not None:
                return Definition(each.module, node)
        return None

    def function(self, module: Module, expression: ast.expr) -> Definition | None:
        """Return the function that an expression names: `load`, `self.load` or `queries.load`."""
        if isinstance(expression, ast.Attribute) and is_variable(expression.value, "self", "cls"):
            cls = self.enclosing_class(module, expression)
            found = self.member(cls, expression.attr) if cls else None
        elif _is_parameter(module, expression):
            found = None
        else:
            found = self.definition(module, expression)
        return found if found and found.is_function else None


def _is_parameter(module: Module, expression: ast.expr) -> bool:
    """Return whether an expression is a parameter of a function around it."""
    around = [each for each in module.enclosing_nodes(expression) if isinstance(each, FUNCTIONS)]
    names = {parameter.arg for each in around for parameter in parameters(each)}
    return variable_name(expression) in names
