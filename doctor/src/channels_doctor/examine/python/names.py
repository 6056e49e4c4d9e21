"""What a name of a project stands for: the function or class, in whichever of its modules it is defined."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

from .modules import FUNCTIONS, Function, Module

if TYPE_CHECKING:
    from ..project import Project

DEEPEST = 8  # imports of imports to follow
PLAIN = {
    "staticmethod",
    "classmethod",
    "override",
    "typing.override",
    "abc.abstractmethod",
    "abstractmethod",
}


class Definition(NamedTuple):
    """A function, a class or an assignment, with the module that it stands in."""

    module: Module
    node: Any

    @property
    def qualified(self) -> str:
        """Return its full name, as seen from the root."""
        return f"{self.module.name}.{getattr(self.node, 'name', '')}"


class Names:
    """The definitions of a project, looked up by name across its imports."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._modules: dict[str, Module | None] = {}
        self._tops: dict[Module, dict[str, Any]] = {}

    def look(self, module: Module, expression: ast.AST | None) -> Definition | None:
        """Return what an expression like `models.Room` stands for, if the project defines it."""
        name = module.qualified(expression)
        return self._in(module, name) if name and "." not in name else self._full(name)

    def _full(self, name: str, depth: int = 0) -> Definition | None:
        place, _, last = name.rpartition(".")
        if place not in self._modules:
            self._modules[place] = self._project.module(place)
        module = self._modules[place]
        return self._in(module, last, depth) if module else None

    def _in(self, module: Module, name: str, depth: int = 0) -> Definition | None:
        node = self.top(module).get(name)
        if node is not None or depth > DEEPEST:
            return Definition(module, node) if node is not None else None
        imported = module.imports.get(name, name)
        if imported != name:
            return self._full(imported, depth + 1)
        found = (self._full(f"{origin}.{name}", depth + 1) for origin in _stars(module))
        return next(filter(None, found), None)

    def top(self, module: Module) -> dict[str, Any]:
        """Return what a module defines outside its functions and classes: name -> class, function or assignment."""
        if module not in self._tops:
            self._tops[module] = dict(_defined(module.tree.body))
        return self._tops[module]

    def around(self, module: Module, node: ast.AST) -> Definition | None:
        """Return the class of the method that a node stands in."""
        found = (each for each in module.above(node) if isinstance(each, ast.ClassDef))
        return next((Definition(module, each) for each in found), None)

    def lineage(self, found: Definition, seen: set[str] | None = None) -> Iterator[Definition]:
        """Yield a class and its ancestors in the project, mixins included, each once."""
        seen = set() if seen is None else seen
        if found.qualified not in seen:
            seen.add(found.qualified)
            yield found
            for base in found.node.bases:
                parent = self.look(found.module, base)
                if parent and isinstance(parent.node, ast.ClassDef):
                    yield from self.lineage(parent, seen)

    def outside(self, found: Definition) -> set[str]:
        """Return the full names of the ancestors that the project does not define."""
        bases = [(each.module, base) for each in self.lineage(found) for base in each.node.bases]
        return {
            module.qualified(base) for module, base in bases if not self._is_class(module, base)
        }

    def _is_class(self, module: Module, base: ast.expr) -> bool:
        found = self.look(module, base)
        return found is not None and isinstance(found.node, ast.ClassDef)

    def member(self, found: Definition, name: str) -> Definition | None:
        """Return a method or another attribute of a class, inherited ones of the project included."""
        for each in self.lineage(found):
            node = dict(_defined(each.node.body)).get(name)
            if node is not None:
                return Definition(each.module, node)
        return None

    def callee(self, module: Module, call: ast.Call) -> Definition | None:
        """Return the function of the project that a call runs: a method of `self`, or one of a module."""
        function = call.func
        if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") in {
            "self",
            "cls",
        }:
            around = self.around(module, call)
            found = self.member(around, function.attr) if around else None
        else:
            found = None if _is_local(module, call) else self.look(module, function)
        return found if found and isinstance(found.node, FUNCTIONS) else None


def is_plain(found: Definition) -> bool:
    """Return whether no decorator changes what calling a function does."""
    return all(found.module.qualified(each) in PLAIN for each in found.node.decorator_list)


def parameters(function: Function) -> list[ast.arg]:
    """Return the parameters of a function, in order, without `*a` and `**k`."""
    every = function.args
    return [*getattr(every, "posonlyargs", []), *every.args, *every.kwonlyargs]


def _is_local(module: Module, call: ast.Call) -> bool:
    """Return whether a called name is a parameter, which may be anything."""
    name = getattr(call.func, "id", "")
    around = [each for each in module.above(call) if isinstance(each, FUNCTIONS)]
    return any(name == each.arg for function in around for each in parameters(function))


def _stars(module: Module) -> list[str]:
    found = module.all(ast.ImportFrom)
    return [module.origin(node) for node in found if any(alias.name == "*" for alias in node.names)]


def _defined(body: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((each.id, node) for each in targets if isinstance(each, ast.Name))
        else:
            for part in ("body", "orelse", "finalbody"):
                yield from _defined(getattr(node, part, []))
