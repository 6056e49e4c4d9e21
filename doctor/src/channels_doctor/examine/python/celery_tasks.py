"""The functions that Celery runs as tasks."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..deployment.matching_files import matching_files
from ..packages.installs import installed_packages
from .expressions import method_name, without_call

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Function, Module

SHARED_TASK = {"celery.shared_task", "celery.app.shared_task"}
APPLICATION = "celery.Celery"
# Pools and packages that await the coroutines of tasks.
ASYNC_POOLS = {"celery-aio-pool", "celery-pool-asyncio", "aio-celery"}
POOL_OPTION = re.compile(rb"aio_pool|pool_asyncio|AsyncIOPool|CELERY_CUSTOM_WORKER_POOL")


def task_decorator(project: Project, module: Module, function: Function) -> ast.expr | None:
    """Return the decorator that makes a function a task, None for another function."""
    found = (each for each in function.decorator_list if _makes_task(project, module, each))
    return next(found, None)


def _makes_task(project: Project, module: Module, decorator: ast.expr) -> bool:
    function = without_call(decorator)
    if module.full_name(function) in SHARED_TASK:
        return True
    if not isinstance(function, ast.Attribute) or function.attr != "task":
        return False
    owner, value = project.resolver.value(module, function.value)
    return isinstance(value, ast.Call) and owner.full_name(value.func) == APPLICATION


def may_await_tasks(project: Project) -> bool:
    """Return whether a pool, or a class of tasks of the project, may await coroutines."""
    pools = {each.name for each in installed_packages(project)} & ASYNC_POOLS
    return bool(pools) or has_own_tasks(project) or any(matching_files(project, POOL_OPTION))


def has_own_tasks(project: Project) -> bool:
    """Return whether the project has a class of tasks, or a subclass of Celery, of its own."""
    classes = any(
        call.keywords and {"task_cls", "Task"} & {each.arg for each in call.keywords}
        for _, call in project.calls(APPLICATION)
    )
    has_base = any(
        isinstance(each, ast.Call)
        and any(word.arg == "base" for word in each.keywords)
        and (module.full_name(each.func) in SHARED_TASK or method_name(each) == "task")
        for module, each in project.find_all(ast.Call)
    )
    is_set = any(
        each.attr == "Task" and isinstance(each.ctx, ast.Store)
        for _, each in project.find_all(ast.Attribute)
    )
    subclasses = any(
        module.full_name(base) == APPLICATION
        for module, each in project.find_all(ast.ClassDef)
        for base in each.bases
    )
    return classes or has_base or is_set or subclasses
