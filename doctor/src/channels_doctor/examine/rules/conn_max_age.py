"""Database connections stay open under ASGI."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..finding import Finding
from ..python.expressions import constant_value, subscript_key

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "FATAL: sorry, too many clients already"

SETTING = "CONN_MAX_AGE"
FIX = """\
+"CONN_MAX_AGE": 0,
+"OPTIONS": {"pool": True},  # PostgreSQL with psycopg[pool], Django 5.1 or newer"""
COMPUTED = object()


class WrittenAge(NamedTuple):
    """Where a settings file sets the age, and its value; COMPUTED if the value is computed."""

    age: Any
    location: Location
    line: str


def check(project: Project) -> Iterator[Finding]:
    """Find ages above 0 in the settings that Django loaded, or else literal ones in the files."""
    if not project.uses_websockets:
        return
    written = [each for module in project.settings.modules for each in _written_ages(module)]
    databases = project.settings["DATABASES"]
    if databases.depth == "settings":
        written = written or [
            each for module in project.production_modules for each in _written_ages(module)
        ]
        for alias, age in _loaded_ages(databases.value):
            location, line = _location(written, age, databases.location)
            yield _finding(
                project,
                f'`{SETTING}` of the database "{alias}" is {age}',
                location,
                line,
                "settings",
            )
    elif (
        written and all(_is_kept(each.age) for each in written) and not _is_sqlite(databases.value)
    ):
        last = written[-1]
        yield _finding(project, f"`{SETTING}` is {last.age}", last.location, last.line, "source")


def _finding(
    project: Project, what: str, location: Location | None, line: str, depth: str
) -> Finding:
    message = (
        f"{what}. Under ASGI the connections of ended threads stay open until the database"
        " refuses more. Use 0 or a pool."
    )
    has_wsgi_server = any(each.is_server and not each.is_asgi for each in project.commands)
    return Finding(
        message,
        location,
        f"-{line}\n{FIX}" if line else FIX,
        "info" if has_wsgi_server else None,
        depth,
    )


def _loaded_ages(databases: Any) -> Iterator[tuple[str, Any]]:
    """Yield the databases whose connections stay open, as Django loaded them, and the age."""
    for alias, database in databases.items() if isinstance(databases, dict) else []:
        age = database.get(SETTING, 0) if isinstance(database, dict) else 0
        if _is_kept(age) and not _is_sqlite({"default": database}):
            yield alias, age


def _is_kept(age: Any) -> bool:
    return age is None or (isinstance(age, (int, float)) and age > 0)


def _is_sqlite(databases: Any) -> bool:
    default = databases.get("default") if isinstance(databases, dict) else None
    engine = default.get("ENGINE") if isinstance(default, dict) else None
    return isinstance(engine, str) and engine.endswith(("sqlite3", "spatialite"))


def _location(
    written: list[WrittenAge], age: Any, otherwise: Location | None
) -> tuple[Location | None, str]:
    same = [each for each in written if each.age == age] or written
    return (same[-1].location, same[-1].line) if same else (otherwise, "")


def _written_ages(module: Module) -> Iterator[WrittenAge]:
    """Yield the ages in a settings file: dict entries, item assignments, keyword arguments."""
    for node in module.nodes:
        for name, value in _pairs(node):
            if name in {SETTING, SETTING.lower()}:
                is_literal = isinstance(value, ast.Constant) and not _is_conditional(module, node)
                yield WrittenAge(
                    constant_value(value) if is_literal else COMPUTED,
                    module.location(value),
                    module.source_line(value),
                )


def _pairs(node: ast.AST) -> Iterator[tuple[Any, ast.expr]]:
    if isinstance(node, ast.Dict):
        yield from ((constant_value(name), value) for name, value in zip(node.keys, node.values))
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        yield subscript_key(node.targets[0]), node.value
    elif isinstance(node, ast.Call):
        yield from ((each.arg, each.value) for each in node.keywords)


def _is_conditional(module: Module, node: ast.AST) -> bool:
    return module.is_inside(node, ast.If, ast.Try, ast.IfExp, ast.FunctionDef)
