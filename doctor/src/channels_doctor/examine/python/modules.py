"""Python files as syntax trees, with the full names that their imports give."""

from __future__ import annotations

import ast
from typing import Iterator, TypeVar, Union

from ..finding import Location
from .nodes import children

Node = TypeVar("Node", bound=ast.AST)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
AnyAssign = Union[ast.Assign, ast.AnnAssign]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# The names that `from … import *` binds, of a module that projects import so.
STARRED = {
    "channels.generic.websocket": (
        "AsyncJsonWebsocketConsumer",
        "AsyncWebsocketConsumer",
        "JsonWebsocketConsumer",
        "WebsocketConsumer",
    ),
}
MAX_NAME_PARTS = 100  # of a dotted name


class Module:
    """One Python file: its path, its dotted name below the project's root, and its syntax tree.

    `imports` maps each name that an import statement binds to the full name of its target.
    """

    def __init__(self, path: str, text: str, tree: ast.Module) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.tree = tree
        self.name = module_name(path)
        self.is_test = is_test_path(path)
        self.nodes: list[ast.AST] = []
        self.parents: dict[ast.AST, ast.AST] = {}
        self._by_type: dict[type, list[ast.AST]] = {}
        self._index()
        self.imports = dict(self._bound_by_imports())

    def _index(self) -> None:
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            self.nodes.append(node)
            self._by_type.setdefault(type(node), []).append(node)
            below = children(node)
            self.parents.update((child, node) for child in below)
            waiting.extend(reversed(below))

    def _bound_by_imports(self) -> Iterator[tuple[str, str]]:
        for statement in self.find_all(ast.Import):
            for alias in statement.names:
                top = alias.name.split(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        for module in self.star_imports():
            yield from ((name, f"{module}.{name}") for name in STARRED.get(module, ()))
        for origin in self.find_all(ast.ImportFrom):
            for alias, name in zip(origin.names, self.imported_names(origin)):
                yield alias.asname or alias.name, name

    def find_all(self, *types: type[Node]) -> Iterator[Node]:
        """Yield the nodes of some types, each type in the order of the text."""
        for each in types:
            yield from self._by_type.get(each, [])  # type: ignore[misc]

    def functions(self) -> Iterator[Function]:
        """Yield the functions and methods, then the asynchronous ones."""
        yield from self.find_all(ast.FunctionDef)
        yield from self.find_all(ast.AsyncFunctionDef)

    def assignments(self) -> Iterator[AnyAssign]:
        """Yield the assignments, then the annotated ones."""
        yield from self.find_all(ast.Assign)
        yield from self.find_all(ast.AnnAssign)

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Yield the calls of functions with these full names, such as `django.urls.path`."""
        for call in self.find_all(ast.Call):
            if self.full_name(call.func) in names:
                yield call

    def full_name(self, node: ast.AST | None) -> str:
        """Return the full dotted name of a name or an attribute, "" for any other expression.

        `routing.URLRouter` is `channels.routing.URLRouter` after `from channels import routing`.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute) and len(parts) < MAX_NAME_PARTS:
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imports.get(node.id, node.id), *reversed(parts)])

    def imported_names(self, node: ast.AST) -> list[str]:
        """Return the full names that an import statement imports, none for any other node."""
        if isinstance(node, ast.ImportFrom):
            return [f"{self.imported_module(node)}.{alias.name}" for alias in node.names]
        return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []

    def imported_module(self, node: ast.ImportFrom) -> str:
        """Return the full name of the module in `from … import`, relative dots resolved."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        if not self.path.endswith("__init__.py"):
            package.pop()
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])

    def star_imports(self) -> Iterator[str]:
        """Yield the full names of the modules in `from … import *`."""
        for node in self.find_all(ast.ImportFrom):
            if any(alias.name == "*" for alias in node.names):
                yield self.imported_module(node)

    def location(self, node: ast.AST) -> Location:
        """Return the path and the line of a node."""
        return Location(self.path, getattr(node, "lineno", None))

    def source_line(self, node: ast.AST) -> str:
        """Return the line of text in which a node begins, without its indentation."""
        number = getattr(node, "lineno", 0)
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    def enclosing_nodes(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def is_inside(self, node: ast.AST, *types: type[ast.AST]) -> bool:
        """Return whether a node of one of these types is around a node."""
        return any(isinstance(each, types) for each in self.enclosing_nodes(node))

    def nearest_function(self, node: ast.AST) -> Function | None:
        """Return the nearest function around a node; lambdas in between do not count."""
        around = self.enclosing_nodes(node)
        return next((each for each in around if isinstance(each, FUNCTIONS)), None)

    def enclosing_function(self, node: ast.AST) -> Function | None:
        """Return the function that runs a node, None for a node in a lambda, which runs later."""
        for each in self.enclosing_nodes(node):
            if isinstance(each, (*FUNCTIONS, ast.Lambda)):
                return None if isinstance(each, ast.Lambda) else each
        return None


def module_name(path: str) -> str:
    """Return the dotted name of a file: `config.settings` for `config/settings/__init__.py`."""
    parts = path[:-3].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_test_path(path: str) -> bool:
    """Return whether a file belongs to tests: `tests/x.py`, `test_x.py`, `x_test.py`."""
    *folders, name = path.split("/")
    in_tests = bool({"tests", "test", "testing"} & set(folders))
    is_named = name.startswith(("test_", "tests.", "conftest.")) or name.endswith("_test.py")
    return in_tests or is_named
