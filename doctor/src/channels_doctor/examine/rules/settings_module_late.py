"""`asgi.py` sets `DJANGO_SETTINGS_MODULE` too late."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..asgi.early_imports import early_imports
from ..channels.api import GET_ASGI_APPLICATION, GET_DEFAULT_APPLICATION
from ..deployment.documented_servers import documents_server
from ..diffs import joined_diffs
from ..finding import Finding
from ..python.modules import FUNCTIONS
from ..settings.entry_packages import (
    loaded_modules,
    package_modules,
    packages_name_settings,
    setting_line,
)
from ..settings.settings_names import NOT_CONFIGURED, VARIABLE

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = NOT_CONFIGURED.format("LOGGING_CONFIG")  # which Django's setup reads first

SETTINGS_USERS = (GET_ASGI_APPLICATION, "django.setup", GET_DEFAULT_APPLICATION)
# Imports of these may set the variable from a file, or set Django up in another way.
OTHER_WAYS = re.compile(
    r"dotenv|environ$|configurations|dynaconf|decouple|load_env|settings\.configure"
)
SERVERS = {"daphne", "uvicorn", "hypercorn", "granian", "uvicorn.run"}
TEST_FILES = {"pytest.ini", "tox.ini", "setup.cfg"}


def check(project: Project) -> Iterator[Finding]:
    """Find a served asgi.py that needs the settings before, or without, naming them.

    Where neither manage.py nor another entry point names them, the environment does it by design.
    """
    for module in project.asgi_modules:
        if module.path.split("/")[-1] == "asgi.py":
            need, set_line = _first_need(project, module), setting_line(module)
            if need is None or _is_set_before(project, module):
                continue
            if set_line and need.lineno < set_line and not _is_moved(project, module, need):
                severity = None if _is_started(project, module) else "warning"
                yield _late(module, need, set_line)._replace(severity=severity)
            elif not set_line and _may_lack_settings(project, module):
                yield _never(project, module, need)


def _may_lack_settings(project: Project, module: Module) -> bool:
    """Return whether a server loads a module, or a name is misspelt, and none has the settings."""
    is_used = _is_started(project, module) or _has_misspelt_variable(module)
    is_named = project.settings.name is not None
    return is_named and is_used and not _is_set_otherwise(project, module)


def _has_misspelt_variable(module: Module) -> bool:
    texts = (each.value for each in module.find_all(ast.Constant))
    names = {each for each in texts if isinstance(each, str) and each.isidentifier()}
    return bool(get_close_matches(VARIABLE, names - {VARIABLE}, 1, 0.9))


def _is_started(project: Project, module: Module) -> bool:
    """Return whether a command or a document starts an ASGI server with a module."""
    is_named = any(each.is_asgi and each.module == module.name for each in project.commands)
    return is_named or documents_server(project)


def _is_moved(project: Project, module: Module, need: ast.stmt) -> bool:
    """Return whether another finding says to move the statement behind Django's setup."""
    return any(each is need for each, _ in early_imports(project, module))


def _late(module: Module, need: ast.stmt, set_line: int) -> Finding:
    line, setter = module.source_line(need), module.lines[set_line - 1].strip()
    message = (
        f"This line needs the settings, but `{VARIABLE}` is set only on line {set_line}."
        " Set it first."
    )
    fix = joined_diffs([(need.lineno, f"+{setter}\n {line}"), (set_line, f"-{setter}")])
    return Finding(message, module.location(need), fix, symptom=_symptom(need))


def _never(project: Project, module: Module, need: ast.stmt) -> Finding:
    message = (
        f"Nothing sets `{VARIABLE}` when a server imports {module.path}. Set it at the top of the"
        " file."
    )
    set_line = f'os.environ.setdefault("{VARIABLE}", "{project.settings.name}")'
    fix = f"+{set_line}\n {module.source_line(need)}"
    return Finding(message, module.location(need), fix, "warning", symptom=_symptom(need))


def _symptom(need: ast.stmt) -> str:
    is_import = isinstance(need, (ast.Import, ast.ImportFrom))
    return NOT_CONFIGURED.format("…") if is_import else SYMPTOM


def _is_set_before(project: Project, module: Module) -> bool:
    """Return whether a deployment file, a start script or a package around it sets the variable."""
    if any(VARIABLE in each.text() for each in project.deployment_files if _is_start_file(each)):
        return True
    if packages_name_settings(project, module):
        return True
    return any(
        setting_line(each) and set(each.imports.values()) & SERVERS
        for each in project.production_modules
        if each is not module
    )


def _is_start_file(file: File) -> bool:
    """Return whether a file may set the environment of a server: no source, test or document."""
    name = file.path.rsplit("/", 1)[-1]
    return not name.endswith((".py", ".toml", ".md", ".rst", ".txt")) and name not in TEST_FILES


def _first_need(project: Project, module: Module) -> ast.stmt | None:
    """Return the first statement that sets Django up, or imports a module that reads settings."""
    calls = {
        call for call in module.calls(*SETTINGS_USERS) if module.enclosing_function(call) is None
    }
    for statement in module.tree.body:
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        loaded = loaded_modules(project, module, statement, set())
        if any(node in calls for node in ast.walk(statement)) or any(map(_reads_settings, loaded)):
            return statement
    return None


def _reads_settings(module: Module) -> bool:
    """Return whether a module reads a setting while it is imported."""
    return any(
        node.attr.isupper()
        and module.full_name(node).startswith("django.conf.settings.")
        and not module.is_inside(node, *FUNCTIONS, ast.Lambda)
        for node in module.find_all(ast.Attribute)
    )


def _is_set_otherwise(project: Project, module: Module) -> bool:
    """Return whether the module, or one that it imports, may set the variable in another way."""
    seen: set[str] = {module.path}
    loaded = [*package_modules(project, module)]
    for statement in module.tree.body:
        loaded += loaded_modules(project, module, statement, seen)
    if any(map(setting_line, loaded)) or any(module.calls("django.conf.settings.configure")):
        return True
    names = {name for each in [module, *loaded] for name in each.imports.values()} - {"os.environ"}
    return any(OTHER_WAYS.search(name.lower()) for name in names)
