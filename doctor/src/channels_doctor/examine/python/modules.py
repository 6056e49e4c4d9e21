"""Python files as syntax trees, with the names that their imports give."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Iterator, NamedTuple, TypeVar, Union

from ..finding import Place

if TYPE_CHECKING:
    from ..files import File

Node = TypeVar("Node", bound=ast.AST)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEEPEST = 100  # names that are made of names, at most


class Unparsed(NamedTuple):
    """A Python file that the project's interpreter cannot read, and what it says of it."""

    place: Place
    message: str


class Module:
    """One Python file: its path, its dotted name as seen from the root, its tree, and who is whose parent."""

    def __init__(self, path: str, text: str, tree: ast.Module) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.tree = tree
        self.name = dotted(path)
        self.nodes: list[ast.AST] = []
        self.parents: dict[ast.AST, ast.AST] = {}
        self._by_kind: dict[type, list[ast.AST]] = {}
        self._index()
        self.imports = dict(self._imported())

    def _index(self) -> None:
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            self.nodes.append(node)
            self._by_kind.setdefault(type(node), []).append(node)
            children = list(ast.iter_child_nodes(node))
            self.parents.update((child, node) for child in children)
            waiting.extend(reversed(children))

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """Yield the nodes of some kinds, each kind in the order of the text."""
        for kind in kinds:
            yield from self._by_kind.get(kind, [])  # type: ignore[misc]

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Yield the calls of functions by their full name, like `django.urls.path`."""
        for call in self.all(ast.Call):
            if self.qualified(call.func) in names:
                yield call

    def _imported(self) -> Iterator[tuple[str, str]]:
        for imported in self.all(ast.Import):
            for alias in imported.names:
                yield (
                    (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
                )
        for origin in self.all(ast.ImportFrom):
            for alias, name in zip(origin.names, self.imported_by(origin)):
                yield alias.asname or alias.name, name

    def imported_by(self, node: ast.AST) -> list[str]:
        """Return the full names that an import statement imports, none for any other node."""
        if isinstance(node, ast.ImportFrom):
            return [f"{self.origin(node)}.{alias.name}" for alias in node.names]
        return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []

    def origin(self, node: ast.ImportFrom) -> str:
        """Return the full name of the module that `from … import` names, relative dots resolved."""
        if not node.level:
            return node.module or ""
        package = (
            self.name.split(".") if self.path.endswith("__init__.py") else self.name.split(".")[:-1]
        )
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])

    def qualified(self, node: ast.AST | None) -> str:
        """Return an expression's full dotted name, as `channels.routing.URLRouter` for `routing.URLRouter`, else ""."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute) and len(parts) < DEEPEST:
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imports.get(node.id, node.id), *reversed(parts)])

    def place(self, node: ast.AST) -> Place:
        """Return where a node stands."""
        return Place(self.path, getattr(node, "lineno", None))

    def line(self, node: ast.AST) -> str:
        """Return the line of text in which a node begins, without its indentation."""
        number = getattr(node, "lineno", 0)
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> Function | None:
        """Return the nearest function around a node; a lambda hides it, because it may run anywhere."""
        for each in self.above(node):
            if isinstance(each, ast.Lambda):
                return None
            if isinstance(each, FUNCTIONS):
                return each
        return None


def dotted(path: str) -> str:
    """Return the dotted name of a file: `config/settings/__init__.py` is `config.settings`."""
    parts = path[:-3].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parse(file: File) -> Module | Unparsed | None:
    """Return a Python file as a module, what is wrong with it, or None when there is nothing to read."""
    source = file.read()
    if source is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Module(file.path, source.decode("utf-8", "replace"), ast.parse(source))
    except SyntaxError as error:
        return Unparsed(Place(file.path, error.lineno), error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return Unparsed(Place(file.path), f"{type(error).__name__}: {error}")
