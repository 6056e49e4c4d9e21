"""`ASGI_APPLICATION` cannot be imported."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.missing_imports import missing_imports
from ..channels.api import GET_DEFAULT_APPLICATION, PROTOCOL_ROUTER
from ..channels.runserver_apps import may_read_application_setting
from ..deployment.parent_folder import lacks_parent_folder
from ..diffs import line_diff
from ..finding import Finding
from ..packages.requirements import requirements_for
from ..python.definitions import assigned_names
from ..python.importable import has_file, importable_module, is_missing, lacks_name
from . import channels_import, channels_leftovers

if TYPE_CHECKING:
    from ..load_failure import LoadFailure
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ImproperlyConfigured: Cannot import ASGI_APPLICATION module"

NAME = "ASGI_APPLICATION"
CLEARER = (channels_import, channels_leftovers)  # rules that explain a failed import better
WSGI_CALLED = "TypeError: WSGIHandler.__call__() takes 3 positional arguments but 4 were given"
WSGI = "django.core.wsgi.get_wsgi_application"


def check(project: Project) -> Iterator[Finding]:
    """Find a name that no file of the project defines, or that Django could not import."""
    setting = project.settings["ASGI_APPLICATION"]
    if not isinstance(setting.value, str):
        return
    module, _, name = setting.value.rpartition(".")
    problem = _fault_in_source(project, module, name)
    if problem and not may_read_application_setting(project):
        return
    if problem:
        is_loaded = "no ASGI application" in problem
        effect = "Every request fails" if is_loaded else "The server does not start"
        yield Finding(
            f"{problem}. {effect}.",
            setting.location,
            _fix(project, setting),
            None,
            setting.depth,
            _symptom(problem, module, name),
        )
    elif not any(each for rule in CLEARER for each in rule.check(project)):
        if not lacks_parent_folder(project):
            yield from _failed_import(project.load_failure, setting, module)
        yield from _missing_modules(project, module)


def _missing_modules(project: Project, name: str) -> Iterator[Finding]:
    """Find modules of the project that the application's module imports and that have no file."""
    is_loaded = project.load_failure.stage == "application"  # the loaded project shows it
    module = None if is_loaded else importable_module(project, name)
    for place, missing in missing_imports(project, module) if module else ():
        importing = name if module and place.path == module.path else place.path
        yield Finding(
            f"`{importing}` imports `{missing}`, which does not exist. No ASGI server starts.",
            place,
            f"Add the module `{missing}`, or import the one that has the routes.",
            symptom=f"ModuleNotFoundError: No module named '{missing}'",
        )


def _symptom(problem: str, module: str, name: str) -> str | None:
    """Return the error text of a problem, None for that of a missing module."""
    if "a WSGI application" in problem:
        return WSGI_CALLED
    if "no ASGI application" in problem:
        kind = "list" if "list" in problem else "dict"
        return f"TypeError: '{kind}' object is not callable"
    is_found = "does not define" in problem
    return f"Cannot find '{name}' in ASGI_APPLICATION module {module}" if is_found else None


def _failed_import(failure: LoadFailure, setting: Setting, module: str) -> Iterator[Finding]:
    """Find that an import inside the module fails."""
    is_import_error = failure.type in {"ImportError", "ModuleNotFoundError"}
    if failure.stage == "application" and is_import_error:
        message = f"The `ASGI_APPLICATION` module `{module}` fails: {failure.message}"
        yield Finding(
            message.rstrip(".") + ".",
            failure.location or setting.location,
            "Correct or install what this line imports.",
            depth="settings",
        )


def _fault_in_source(project: Project, module: str, name: str) -> str:
    """Return what is wrong with the name according to the files, "" if nothing is."""
    if not module:
        return f"`{NAME}` is {name!r}, without a module"
    found = importable_module(project, module)
    if found is None:
        is_wrong = is_missing(project, module) or _is_renamed(project, module)
        return f"`{NAME}` names the module `{module}`, which does not exist" if is_wrong else ""
    if project.resolver.find_module(f"{module}.{name}") and lacks_name(project, found, name, False):
        return f"`{NAME}` names the module `{module}.{name}` without its application"
    if lacks_name(project, found, name):
        return f"`{NAME}` names {name!r}, which {found.path} does not define"
    kind = _wrong_kind(project, found, name)
    return f"`{NAME}` names {kind}, and no ASGI application" if kind else ""


def _is_renamed(project: Project, name: str) -> bool:
    """Return whether `old.asgi` has no file, while the project has the module of its URLs."""
    top, _, last = name.rpartition(".")
    urls = project.settings["ROOT_URLCONF"].value
    has_urls = isinstance(urls, str) and importable_module(project, urls) is not None
    is_renamed = last == "asgi" and has_urls and not has_file(project, name)
    return is_renamed and not any(requirements_for(project, top))


def _wrong_kind(project: Project, module: Module, name: str) -> str:
    """Return what a name is, when that is certainly no ASGI application."""
    owner, node = project.resolver.value(module, ast.Name(name, ast.Load()))
    if isinstance(node, ast.Call) and owner.full_name(node.func) == WSGI:
        return "a WSGI application"
    if isinstance(node, (ast.List, ast.Tuple)):
        return "a list of routes"
    return "a dictionary" if isinstance(node, ast.Dict) else ""


def _fix(project: Project, setting: Setting) -> str:
    """Return the change to the module that defines an application, if it is the only one."""
    right = [
        each
        for each in project.production_modules
        if each.path.split("/")[-1] == "asgi.py"
        and not lacks_name(project, each, "application")
        and not any(each.calls(GET_DEFAULT_APPLICATION))  # it would import itself
    ]
    names = [f"{each.name}.application" for each in right] or list(_other_names(project))
    if len(names) != 1:
        return ""
    return line_diff(project, setting.location, str(setting.value), names[0])


def _other_names(project: Project) -> Iterator[str]:
    """Yield the full names of routers of the served modules."""
    for module in project.asgi_modules:
        for statement in module.assignments():
            value = statement.value
            if isinstance(value, ast.Call) and module.full_name(value.func) == PROTOCOL_ROUTER:
                yield from (f"{module.name}.{name}" for name in assigned_names(statement))
