"""Database connections stay open under ASGI."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..diffs import once_a_file
from ..finding import Finding
from ..packages.installs import lacks_channels
from ..packages.requirements import is_older
from ..python.expressions import argument, constant_value, string_value, subscript_key
from ..python.literal_values import evaluate, is_complete
from ..python.source_text import replacement_diff
from ..settings.databases import is_sqlite
from ..settings.deployed_settings import deployed_settings

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "FATAL: sorry, too many clients already"

SETTING = "CONN_MAX_AGE"
FIX = '"CONN_MAX_AGE": 0'
COMPUTED = object()
THREAD_FOR_EACH_REQUEST_SINCE = (4,)  # the Django whose earlier releases reuse one thread


class WrittenAge(NamedTuple):
    """Where a settings file sets the age, and its value; COMPUTED if the value is computed.

    `fix` is the diff that disables persistent connections.
    """

    age: Any
    location: Location
    fix: str


def check(project: Project) -> Iterator[Finding]:
    """Find ages above 0 in the settings that Django loaded, and in those of the deployment."""
    if not project.uses_websockets or lacks_channels(project) or _wsgi_answers_http(project):
        return
    if is_older(project, "django", THREAD_FOR_EACH_REQUEST_SINCE) or _is_read(project):
        return
    found = [*_in_source(project), *_in_loaded(project)]
    yield from {each.location: each for each in found}.values()


def _in_loaded(project: Project) -> Iterator[Finding]:
    databases = project.settings["DATABASES"]
    if databases.depth != "settings":
        return
    modules = project.settings.modules
    written = [each for module in modules for each in _written_ages(project, module)]
    written = written or [
        each for module in project.production_modules for each in _written_ages(project, module)
    ]
    aliases: dict[Any, list[str]] = {}
    for alias, age in _loaded_ages(databases.value):
        aliases.setdefault(age, []).append(f'"{alias}"')
    for age, names in aliases.items():
        what = f"`{SETTING}` of the database{'s' if names[1:] else ''} {', '.join(names)} is {age}"
        same = [each for each in written if each.age == age] or written
        if same:
            yield from _in_last_file(same, what, "settings")
        else:
            yield _finding(what, databases.location, "", "settings")


def _in_source(project: Project) -> Iterator[Finding]:
    own = [project.settings] if project.settings["DATABASES"].depth == "source" else []
    for settings in deployed_settings(project) or own:
        written = [each for module in settings.modules for each in _written_ages(project, module)]
        are_kept = bool(written) and all(_is_kept(each.age) for each in written)
        if are_kept and not is_sqlite(settings["DATABASES"].value):
            yield from _in_last_file(written, "", "source")


def _in_last_file(written: list[WrittenAge], what: str, depth: str) -> Iterator[Finding]:
    """Return one finding for the ages in the last file of the settings, which replaces others."""
    last = written[-1].location.path
    ages = sorted({each.location: each for each in written if each.location.path == last}.items())
    return once_a_file(
        _finding(what or f"`{SETTING}` is {each.age}", place, each.fix, depth)
        for place, each in ages
    )


def _wsgi_answers_http(project: Project) -> bool:
    """Return whether a WSGI server is deployed: the ASGI server beside it has only the sockets."""
    return any(
        each.is_server
        and not (each.is_asgi or each.is_development)
        and not each.module.endswith("asgi")
        and (not each.module or project.resolver.find_module(each.module))
        for each in project.commands
    )


def _is_read(project: Project) -> bool:
    """Return whether the code reads the age for a purpose of its own, which may need a number."""
    return any(
        subscript_key(each) == SETTING and isinstance(each.ctx, ast.Load)
        for _, each in project.find_all(ast.Subscript)
    )


def _finding(what: str, location: Location | None, fix: str, depth: str) -> Finding:
    message = (
        f"{what}. Under ASGI the connections of ended threads stay open until the database"
        " refuses more. Use 0 or a pool."
    )
    return Finding(message, location, fix or FIX, depth=depth)


def _loaded_ages(databases: Any) -> Iterator[tuple[str, Any]]:
    """Yield the databases whose connections stay open, as Django loaded them, and the age."""
    for alias, database in databases.items() if isinstance(databases, dict) else []:
        age = database.get(SETTING, 0) if isinstance(database, dict) else 0
        if _is_kept(age) and not is_sqlite({"default": database}):
            yield alias, age


def _is_kept(age: Any) -> bool:
    return age is None or (isinstance(age, (int, float)) and age > 0)


def _written_ages(project: Project, module: Module) -> Iterator[WrittenAge]:
    """Yield the ages in a settings file: dict entries, item assignments, keyword arguments."""
    for node in module.nodes:
        for name, value in _pairs(node):
            if name in {SETTING, SETTING.lower()}:
                is_certain = not _is_conditional(module, node)
                age = _age(*project.resolver.value(module, value)) if is_certain else COMPUTED
                yield WrittenAge(age, module.location(value), replacement_diff(module, value, "0"))


def _age(module: Module, node: ast.AST) -> Any:
    """Return the value of an age, or the default of `env.int("CONN_MAX_AGE", default=60)`."""
    if isinstance(node, ast.Call):
        if module.full_name(node.func) == "int" and len(node.args) == 1:
            age = _age(module, node.args[0])
            return int(age) if isinstance(age, str) and age.isdigit() else age
        default = argument(node, 1, "default")
        is_variable = string_value(argument(node, 0, "var")) is not None
        return _age(module, default) if default is not None and is_variable else COMPUTED
    value = evaluate(node, {})
    return value if is_complete(value) else COMPUTED


def _pairs(node: ast.AST) -> Iterator[tuple[Any, ast.expr]]:
    if isinstance(node, ast.Dict):
        yield from ((constant_value(name), value) for name, value in zip(node.keys, node.values))
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        yield subscript_key(node.targets[0]), node.value
    elif isinstance(node, ast.Call):
        yield from ((each.arg, each.value) for each in node.keywords)


def _is_conditional(module: Module, node: ast.AST) -> bool:
    return module.is_inside(node, ast.If, ast.Try, ast.IfExp, ast.FunctionDef)
