"""What pytest's tests of a project ask for: whether a test may touch the database."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.modules import FUNCTIONS, Function, Module

if TYPE_CHECKING:
    from ..project import Project
    from .communicators import Communicator

DATABASE = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
# Fixtures of pytest and its usual plugins that leave the database alone. Any other that the project does not define
# may open it.
HARMLESS = {
    "settings",
    "monkeypatch",
    "caplog",
    "capsys",
    "mocker",
    "tmp_path",
    "event_loop",
    "request",
    "rf",
    "self",
    "async_rf",
}
MARK = "django_db"


class Fixtures:
    """The fixtures of a project's tests, by name."""

    def __init__(self, project: Project) -> None:
        self._found: dict[str, list[tuple[Module, Function]]] = {}
        self.automatic: list[Function] = []
        for module in project.modules:
            functions: list[Function] = [
                *module.all(ast.FunctionDef),
                *module.all(ast.AsyncFunctionDef),
            ]
            for function in functions:
                for decorator in function.decorator_list:
                    if _last(decorator) == "fixture":
                        self._add(module, function, decorator)

    def _add(self, module: Module, function: Function, decorator: ast.expr) -> None:
        self._found.setdefault(function.name, []).append((module, function))
        words = getattr(decorator, "keywords", [])
        if any(word.arg == "autouse" for word in words):
            self.automatic.append(function)

    def may_open(self, function: Function, seen: frozenset[str] = frozenset()) -> bool:
        """Return whether a function's parameters may give it the database; one that nobody knows may."""
        for name in {each.arg for each in function.args.args + function.args.kwonlyargs} - seen:
            if name in DATABASE or (name not in self._found and name not in HARMLESS):
                return True
            if any(self.may_open(each, seen | {name}) for _, each in self._found.get(name, [])):
                return True
        return False


def has_mark(each: Communicator) -> bool:
    """Return whether a test, its class or its module is marked, or names fixtures as texts."""
    above = [
        node
        for node in each.module.above(each.call)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
    ]
    decorators = [decorator for node in above for decorator in node.decorator_list]
    marks = [
        node.value
        for node in ast.walk(each.module.tree)
        if isinstance(node, ast.Assign) and _is_marks(node)
    ]
    return any(_speaks_of_database(node) for node in [*decorators, *marks])


def _is_marks(node: ast.Assign) -> bool:
    return any(getattr(target, "id", "") == "pytestmark" for target in node.targets)


def _speaks_of_database(node: ast.AST) -> bool:
    """Return whether a decorator is `django_db`, `usefixtures(…)`, or one of the project's own, which may be either."""
    names = {getattr(each, "attr", getattr(each, "id", "")) for each in ast.walk(node)}
    return bool({MARK, "usefixtures"} & names) or "pytest" not in names


def _last(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(node, "attr", getattr(node, "id", ""))
