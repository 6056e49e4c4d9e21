"""The functions, methods and classes that run only where the project's code names them."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..channels.api import ASYNC_TO_SYNC
from ..packages.installs import builds_package
from ..python.definitions import HARMLESS_BASES, Definition
from ..python.expressions import is_variable, own_attribute
from .entry_points import CONVENTIONS, NAMES
from .plain_functions import finds_methods, is_plain

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

APP = re.compile(r"/(apps|migrations/__init__)\.py$")
VIEWS = "rest_framework."  # its classes call these coroutines by their names, and actions
ACTIONS = {
    "list", "create", "retrieve", "update", "partial_update", "destroy", "dispatch", "get", "post",
    "put", "patch", "delete", "head", "options",
}  # fmt: skip


def named_functions(project: Project, modules: list[Module]) -> Iterator[Definition]:
    """Yield the functions in some modules that no framework finds by a convention.

    A package for other projects has none: their code may call its functions.
    """
    if builds_package(project):
        return
    apps = _app_folders(project)
    for module in modules:
        if not _is_conventional(module, apps):
            yield from (
                Definition(module, each)
                for each in module.functions()
                if is_plain(module, each) and _needs_name(project, module, each)
            )


def named_classes(project: Project, modules: list[Module]) -> Iterator[Definition]:
    """Yield the classes in some modules without decorators, keywords and bases of their own."""
    if builds_package(project):
        return
    apps = _app_folders(project)
    for module in modules:
        bodies = [] if _is_conventional(module, apps) else module.tree.body
        classes = (Definition(module, each) for each in bodies if isinstance(each, ast.ClassDef))
        yield from (each for each in classes if _is_plain_class(each))


def _is_plain_class(cls: Definition) -> bool:
    is_bare = not cls.node.decorator_list and not cls.node.keywords
    return is_bare and HARMLESS_BASES.issuperset(map(cls.module.full_name, cls.bases))


def _app_folders(project: Project) -> set[str]:
    """Return the folders of apps: one may have a conventional name, as `dashboard`."""
    return {APP.sub("", each.path) for each in project.modules if APP.search(each.path)}


def _is_conventional(module: Module, apps: set[str]) -> bool:
    """Return whether a framework may load a module by its name, or by that of its package."""
    *folders, last = module.path[:-3].split("/")
    packages = {
        name for index, name in enumerate(folders, 1) if "/".join(folders[:index]) not in apps
    }
    # `apps` is also the usual folder of all apps.
    is_known = f"{last}.py" in NAMES or CONVENTIONS & packages - {"apps"} or last in CONVENTIONS
    return bool(is_known) or "settings" in module.path or "conf" in last


def _needs_name(project: Project, module: Module, function: Function) -> bool:
    """Return whether only code that names a function can call it."""
    around = module.parents.get(function)
    if isinstance(around, ast.Module):
        return True
    is_coroutine = isinstance(function, ast.AsyncFunctionDef) and function.name not in ACTIONS
    is_static = any(is_variable(each, "staticmethod") for each in function.decorator_list)
    is_own = is_coroutine or is_static or _runs_coroutine(module, function)
    if not isinstance(around, ast.ClassDef) or not is_own:
        return False
    classes = list(project.resolver.mro(Definition(module, around)))
    is_plain = not any(each.node.decorator_list or each.node.keywords for each in classes)
    is_known = is_plain and classes[0].full_name not in _called_from_outside(project)
    return is_known and not any(finds_methods(each.module) for each in classes)


def _runs_coroutine(module: Module, function: Function) -> bool:
    """Return whether a method does nothing but run a coroutine of its object."""
    last = function.body[-1]
    call = last.value if isinstance(last, (ast.Return, ast.Expr)) else None
    inner = call.func if isinstance(call, ast.Call) else None
    is_run = isinstance(inner, ast.Call) and module.full_name(inner.func) in ASYNC_TO_SYNC
    is_alone = len(function.body) - (ast.get_docstring(function) is not None) == 1
    return is_run and is_alone and bool(own_attribute(inner.args[0] if inner.args else None))  # type: ignore[union-attr]


@lru_cache(maxsize=1)
def _called_from_outside(project: Project) -> set[str]:
    """Return the full names of the classes whose methods a package may call by their names.

    Such a class inherits from one of a package, or is a mixin of a class that does.
    """
    return {
        each.full_name
        for module in project.modules
        for node in module.find_all(ast.ClassDef)
        if _has_foreign_base(project, Definition(module, node))
        for each in project.resolver.mro(Definition(module, node))
    }


def _has_foreign_base(project: Project, cls: Definition) -> bool:
    bases = project.resolver.outside_bases(cls) - HARMLESS_BASES
    return not all(each.startswith(VIEWS) for each in bases)
