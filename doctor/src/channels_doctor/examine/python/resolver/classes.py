"""From a class to its ancestors, and from a call to the method or function that it runs."""

from __future__ import annotations

import ast
from typing import Iterator

from ..definitions import Definition, definitions_in, parameters
from ..expressions import is_variable, variable_name
from ..modules import FUNCTIONS, Module
from .values import ValueResolver


class Resolver(ValueResolver):
    """Finds the ancestors of classes and the targets of calls, too."""

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

    def called_function(self, module: Module, call: ast.Call) -> Definition | None:
        """Return the function that a call runs: `load()`, `self.load()` or `queries.load()`."""
        function = call.func
        found = None
        if isinstance(function, ast.Attribute) and is_variable(function.value, "self", "cls"):
            cls = self.enclosing_class(module, call)
            found = self.member(cls, function.attr) if cls else None
        elif not _is_parameter(module, call):
            found = self.definition(module, function)
        return found if found and found.is_function else None


def _is_parameter(module: Module, call: ast.Call) -> bool:
    """Return whether the called name is a parameter of a function around the call."""
    around = [each for each in module.enclosing_nodes(call) if isinstance(each, FUNCTIONS)]
    names = {parameter.arg for each in around for parameter in parameters(each)}
    return variable_name(call.func) in names
