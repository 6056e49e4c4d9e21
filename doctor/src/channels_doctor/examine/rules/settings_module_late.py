"""asgi.py needs the settings before it says which they are."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import DEFAULT
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ImproperlyConfigured: Requested setting INSTALLED_APPS, but settings are not configured."

VARIABLE = "DJANGO_SETTINGS_MODULE"
NEEDS = ("django.core.asgi.get_asgi_application", "django.setup", DEFAULT)
# They may set the variable from a file, or set Django up in their own way.
SETS_OTHERWISE = re.compile(
    r"dotenv|environ$|configurations|dynaconf|decouple|load_env|settings\.configure"
)
MOST = 100  # modules to follow


def check(project: Project) -> Iterator[Finding]:
    """Find, in the asgi.py that is served, a need for the settings above the line that names them, or without one."""
    for module in project.asgi:
        if module.path.split("/")[-1] == "asgi.py":
            need, named = _need(project, module), _named(module)
            if named and need and need.lineno < named:
                yield _late(module, need, named)
            elif need and not named and not _is_set_otherwise(project, module):
                yield _never(project, module, need)


def _late(module: Module, need: ast.stmt, named: int) -> Finding:
    line, right = module.line(need), module.lines[named - 1].strip()
    message = f"{VARIABLE} is set on line {named}, below what needs it here, so the settings are not found."
    return Finding(message, module.place(need), f"+{right}\n {line}\n-{right}")


def _never(project: Project, module: Module, need: ast.stmt) -> Finding:
    said = any(
        VARIABLE in file.text() for file in project.deployment if not file.path.endswith(".py")
    )
    where = "the environment alone" if said else "nothing"
    message = f"{VARIABLE} comes from {where} when a server imports {module.path}: without it no settings are found."
    fix = f'+os.environ.setdefault("{VARIABLE}", "{project.settings.name or "config.settings"}")\n {module.line(need)}'
    return Finding(message, module.place(need), fix, "info" if said else "warning")


def _top(module: Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when the module is imported, in order."""
    return iter(module.tree.body)


def _named(module: Module) -> int | None:
    """Return the first line that sets the variable; whatever mentions its name is taken for that, but for a reading."""
    texts = [
        each.lineno
        for each in module.all(ast.Constant)
        if each.value == VARIABLE and not _is_read(module, each)
    ]
    return min(texts) if texts else None


def _is_read(module: Module, text: ast.Constant) -> bool:
    """Return whether a text is the name in `os.environ.get(…)`, `os.getenv(…)` or `os.environ[…]`."""
    above = [each for each in module.above(text) if type(each).__name__ != "Index"][:1]
    called = getattr(getattr(above[0], "func", None), "attr", "") if above else ""
    return called in {"get", "getenv"} or isinstance(getattr(above[0], "ctx", None), ast.Load)


def _need(project: Project, module: Module) -> ast.stmt | None:
    """Return the first statement that needs the settings: a call that sets Django up, or an import that reads them."""
    calls = {call for call in module.calls(*NEEDS) if module.function(call) is None}
    for statement in _top(module):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if any(node in calls for node in ast.walk(statement)) or _imports_reader(
            project, module, statement
        ):
            return statement
    return None


def _imports_reader(project: Project, module: Module, statement: ast.stmt) -> bool:
    return any(_reads_settings(each) for each in _imported(project, module, statement, set()))


def _imported(project: Project, module: Module, node: ast.stmt, seen: set[str]) -> Iterator[Module]:
    """Yield the project's modules that an import brings in, each once, and what they import."""
    names: list[str] = []
    if isinstance(node, ast.ImportFrom):
        names = [
            module.origin(node),
            *(f"{module.origin(node)}.{alias.name}" for alias in node.names),
        ]
    elif isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    for found in filter(None, map(project.module, names)):
        if found.path not in seen and len(seen) < MOST:
            seen.add(found.path)
            yield found
            for inner in found.tree.body:
                yield from _imported(project, found, inner, seen)


def _reads_settings(module: Module) -> bool:
    """Return whether a module reads a setting while it is imported."""
    for node in module.all(ast.Attribute):
        name = module.qualified(node)
        if (
            name.startswith("django.conf.settings.")
            and node.attr.isupper()
            and not _is_later(module, node)
        ):
            return True
    return False


def _is_later(module: Module, node: ast.AST) -> bool:
    return any(
        isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for each in module.above(node)
    )


def _is_set_otherwise(project: Project, module: Module) -> bool:
    """Return whether the module, or one of the project's that it imports, may set the variable in another way."""
    seen: set[str] = {module.path}
    inner = [
        each for statement in _top(module) for each in _imported(project, module, statement, seen)
    ]
    if any(_named(each) for each in inner):
        return True
    names = [
        name for each in [module, *inner] for name in each.imports.values() if name != "os.environ"
    ]
    return any(SETS_OTHERWISE.search(name.lower()) for name in names) or any(
        module.qualified(call.func) == "django.conf.settings.configure"
        for call in module.all(ast.Call)
    )
