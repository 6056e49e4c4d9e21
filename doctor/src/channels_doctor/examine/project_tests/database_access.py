"""Whether pytest lets a test of the project use the database."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.definitions import assigned_names
from ..python.expressions import last_name, names_in, without_call
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module
    from .communicators import Communicator

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
# Fixtures of pytest and its usual plugins that do not use the database. Any other fixture that
# the project does not define may use it.
OTHER_FIXTURES = {
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
    """The fixtures of a project's tests; `automatic` are those with `autouse`."""

    def __init__(self, project: Project) -> None:
        self._by_name: dict[str, list[Function]] = {}
        self.automatic: list[Function] = []
        for module in project.modules:
            for function in module.functions():
                for decorator in function.decorator_list:
                    if last_name(without_call(decorator)) == "fixture":
                        self._add(function, decorator)

    def _add(self, function: Function, decorator: ast.expr) -> None:
        self._by_name.setdefault(function.name, []).append(function)
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        if any(each.arg == "autouse" for each in keywords):
            self.automatic.append(function)

    def may_use_database(self, function: Function, seen: frozenset[str] = frozenset()) -> bool:
        """Return whether a fixture among the parameters may use the database."""
        names = {each.arg for each in function.args.args + function.args.kwonlyargs}
        for name in names - seen:
            fixtures = self._by_name.get(name, [])
            if name in DATABASE_FIXTURES or (not fixtures and name not in OTHER_FIXTURES):
                return True
            if any(self.may_use_database(each, seen | {name}) for each in fixtures):
                return True
        return False

    def uses_database(self, function: Function, seen: frozenset[str] = frozenset()) -> bool:
        """Return whether a fixture among the parameters certainly may use the database."""
        names = {each.arg for each in function.args.args + function.args.kwonlyargs}
        return bool(names & DATABASE_FIXTURES) or any(
            self.uses_database(fixture, seen | {name})
            for name in names - seen
            for fixture in self._by_name.get(name, [])
        )


def opens_connections(project: Project, fixtures: Fixtures) -> bool:
    """Return whether an asynchronous test may open a connection in the thread of consumers."""
    return any(
        isinstance(function, ast.AsyncFunctionDef)
        and function.name.startswith("test")
        and (fixtures.uses_database(function) or _has_own_mark(module, function))
        for module in project.modules
        for function in module.functions()
    )


def _has_own_mark(module: Module, function: Function) -> bool:
    decorators = [*function.decorator_list, *decorators_around(module, function)]
    return any({MARK, "usefixtures"} & names_in(each) for each in decorators)


def has_mark(communicator: Communicator) -> bool:
    """Return whether the test, its class or its module has the mark or names fixtures."""
    return any(map(_may_allow_database, decorators_of(communicator)))


def decorators_of(communicator: Communicator) -> list[ast.expr]:
    """Return the decorators of a test and its class, and the marks of its module."""
    return decorators_around(communicator.module, communicator.call)


def decorators_around(module: Module, inner: ast.AST) -> list[ast.expr]:
    """Return the decorators of what is around a node, and the marks of its module."""
    decorators = [
        decorator
        for node in module.enclosing_nodes(inner)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        for decorator in node.decorator_list
    ]
    module_marks = [
        node.value for node in module.find_all(ast.Assign) if "pytestmark" in assigned_names(node)
    ]
    return [*decorators, *module_marks]


def _may_allow_database(decorator: ast.AST) -> bool:
    """Return whether a decorator is the mark, `usefixtures(…)`, or one of the project's own."""
    names = names_in(decorator)
    return bool({MARK, "usefixtures"} & names) or "pytest" not in names
