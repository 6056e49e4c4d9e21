"""Database connections stay open under ASGI."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..finding import Finding
from ..python.expressions import constant, key

if TYPE_CHECKING:
    from ..finding import Place
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "FATAL: sorry, too many clients already"

NAME = "CONN_MAX_AGE"
FIX = '+"CONN_MAX_AGE": 0,\n+"OPTIONS": {"pool": True},  # PostgreSQL with psycopg[pool], Django 5.1 or newer'
UNSEEN = object()


class Written(NamedTuple):
    """Where a settings file sets the age, and to what; UNSEEN if only running it would tell."""

    age: Any
    place: Place
    line: str


def check(project: Project) -> Iterator[Finding]:
    """Find ages above 0: those of Django's own settings, else those that the files write outright."""
    if not project.uses_sockets:
        return
    written = [each for module in project.settings.modules for each in _written(module)]
    databases = project.setting("DATABASES")
    if databases.depth == "settings":
        written = written or [each for module in project.code for each in _written(module)]
        for alias, age in _real(databases.value):
            place, line = _place(written, age, databases.place)
            yield _finding(
                project, f'The database "{alias}" has {NAME} = {age}', place, line, "settings"
            )
    elif (
        written and all(_is_kept(each.age) for each in written) and not _is_sqlite(databases.value)
    ):
        last = written[-1]
        yield _finding(project, f"{NAME} is {last.age}", last.place, last.line, "source")


def _finding(project: Project, what: str, place: Place | None, line: str, depth: str) -> Finding:
    message = (
        f"{what}: under ASGI each thread keeps a connection of its own, "
        "and they pile up until the database refuses more."
    )
    mixed = any(each.is_server and not each.is_asgi for each in project.commands)
    return Finding(
        message, place, f"-{line}\n{FIX}" if line else FIX, "info" if mixed else None, depth
    )


def _real(databases: Any) -> Iterator[tuple[str, Any]]:
    """Yield the databases whose connections are kept, as Django sees them, and for how long."""
    for alias, database in databases.items() if isinstance(databases, dict) else []:
        age = database.get(NAME, 0) if isinstance(database, dict) else 0
        if _is_kept(age) and not _is_sqlite({"default": database}):
            yield alias, age


def _is_kept(age: Any) -> bool:
    return age is None or (isinstance(age, (int, float)) and age > 0)


def _is_sqlite(databases: Any) -> bool:
    default = databases.get("default") if isinstance(databases, dict) else None
    engine = default.get("ENGINE") if isinstance(default, dict) else None
    return isinstance(engine, str) and engine.endswith(("sqlite3", "spatialite"))


def _place(written: list[Written], age: Any, otherwise: Place | None) -> tuple[Place | None, str]:
    same = [each for each in written if each.age == age] or written
    return (same[-1].place, same[-1].line) if same else (otherwise, "")


def _written(module: Module) -> Iterator[Written]:
    """Yield the ages in a settings file: in a dict, behind `["CONN_MAX_AGE"] =`, and as `conn_max_age=`."""
    for node in module.nodes:
        for name, value in _pairs(node):
            if name in {NAME, NAME.lower()}:
                known = isinstance(value, ast.Constant) and not _is_conditional(module, node)
                yield Written(
                    constant(value) if known else UNSEEN, module.place(value), module.line(value)
                )


def _pairs(node: ast.AST) -> Iterator[tuple[Any, ast.expr]]:
    if isinstance(node, ast.Dict):
        yield from ((constant(name), value) for name, value in zip(node.keys, node.values))
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        yield key(node.targets[0]), node.value
    elif isinstance(node, ast.Call):
        yield from ((word.arg, word.value) for word in node.keywords)


def _is_conditional(module: Module, node: ast.AST) -> bool:
    return any(
        isinstance(each, (ast.If, ast.Try, ast.IfExp, ast.FunctionDef))
        for each in module.above(node)
    )
