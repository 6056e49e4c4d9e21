"""`ASGI_APPLICATION` cannot be imported."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from . import channels_leftovers

if TYPE_CHECKING:
    from ..load_failure import LoadFailure
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ImproperlyConfigured: Cannot import ASGI_APPLICATION module"

DYNAMIC_NAMES = {"globals", "setattr", "vars", "exec", "__getattr__"}
MIN_NAME = 4  # characters of a name; a shorter one resembles too many others


def check(project: Project) -> Iterator[Finding]:
    """Find a name that no file of the project defines, or that Django could not import."""
    setting = project.settings["ASGI_APPLICATION"]
    if not isinstance(setting.value, str):
        return
    module, _, name = setting.value.rpartition(".")
    problem = _fault_in_source(project, module, name)
    if problem:
        yield Finding(
            f"{problem}. The server does not start.",
            setting.location,
            _fix(project, setting),
            None,
            setting.depth,
        )
    elif not any(channels_leftovers.check(project)):
        yield from _failed_import(project.load_failure, setting, module)


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
        return f"`ASGI_APPLICATION` is {name!r}, without a module"
    found = project.resolver.find_module(module)
    if found is None:
        return (
            f"`ASGI_APPLICATION` names the module `{module}`, which does not exist"
            if _is_missing(project, module)
            else ""
        )
    return (
        f"`ASGI_APPLICATION` names {name!r}, which {found.path} does not define"
        if _lacks(project, found, name)
        else ""
    )


def _is_missing(project: Project, module: str) -> bool:
    """Return whether a module belongs to the project by its first name, and has no file."""
    paths = [file.path for file in project.files]
    file = module.replace(".", "/")
    if any(
        f"/{path}".endswith((f"/{file}.py", f"/{file}/__init__.py")) or f"/{file}." in f"/{path}"
        for path in paths
    ):
        return False
    tops = {each.name.split(".")[0] for each in project.modules}
    top = module.partition(".")[0]
    own = top in tops or any(f"/{top}/__init__.py" in f"/{path}" for path in paths)
    return own or bool(
        get_close_matches(top, {each for each in tops if len(each) >= MIN_NAME}, n=1, cutoff=0.8)
    )


def _lacks(project: Project, module: Module, name: str) -> bool:
    """Return whether a module certainly does not define a name."""
    if "*" in module.imports or project.resolver.find_module(f"{module.name}.{name}"):
        return False
    if any(each.id in DYNAMIC_NAMES for each in module.find_all(ast.Name)):
        return False
    stored = {each.id for each in module.find_all(ast.Name) if isinstance(each.ctx, ast.Store)}
    functions = {each.name for each in module.functions()}
    classes = {each.name for each in module.find_all(ast.ClassDef)}
    is_defined = name in stored | functions | classes | set(module.imports)
    return not is_defined and not functions & DYNAMIC_NAMES


def _fix(project: Project, setting: Setting) -> str:
    """Return the change to the module that defines an application, if it is the only one."""
    right = [
        each
        for each in project.production_modules
        if each.path.split("/")[-1] == "asgi.py" and not _lacks(project, each, "application")
    ]
    new = f'\n+ASGI_APPLICATION = "{right[0].name}.application"' if len(right) == 1 else ""
    return f'-ASGI_APPLICATION = "{setting.value}"{new}'
