"""What sends to a group from another process than the server: tasks and management commands."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import string_value, without_call
from ..settings.environment_reads import is_on_by_default
from .api import LIBRARY

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project
    from ..python.modules import Module

TASKS = {"shared_task", "task", "job", "actor", "db_task", "periodic_task"}
SENDING_METHODS = {"group_send", "send_group"}
PUBLISHERS = {f"{LIBRARY}publishing.{name}" for name in ("publish", "apublish", "send_soon")}
WITH_VALUE = {"--layer", "--pythonpath", "--settings", "--verbosity", "-v"}  # of `runworker`
MAX_CALLS = 2  # functions that call functions


def senders(project: Project, severity: str) -> Iterator[tuple[str, str | None]]:
    """Yield the tasks and the management commands that send to a group."""
    eager = _is_eager(project)
    for module, node in project.find_all(ast.Attribute, ast.Call):
        if not _is_sender(module, node):
            continue
        function = module.enclosing_function(node)
        decorators = function.decorator_list if function and not eager else []
        if function and any(_is_task(module, each) for each in decorators):
            yield (
                f"the task `{function.name}` ({module.path}) sends from a worker process",
                severity,
            )

    for module in project.production_modules:
        if "/management/commands/" in "/" + module.path and _sends(project, module, module.tree):
            name = module.path.rsplit("/", 1)[-1][:-3]
            yield f"the command `{name}` sends from its own process", "info"


def _is_eager(project: Project) -> bool:
    """Return whether Celery runs tasks in the process that calls them, perhaps by default."""
    setting = project.settings["CELERY_TASK_ALWAYS_EAGER"]
    return setting.value is True or is_on_by_default(setting.node)


def names_channels(worker: Command) -> bool:
    """Return whether a `runworker` gets the names of channels, without which it does not start."""
    return any(channel_names(worker))


def serves_channels(project: Project, worker: Command) -> bool:
    """Return whether the code names a channel of a `runworker`, to send to it or to route it."""
    names = set(channel_names(worker))
    return any(string_value(node) in names for _, node in project.find_all(ast.Constant))


def channel_names(worker: Command) -> Iterator[str]:
    """Yield the channels that a `runworker` gets: its words without options and their values."""
    options = ("", *worker.arguments)
    for option, word in zip(options, worker.arguments):
        if not word.startswith("-") and option not in WITH_VALUE:
            yield word


def _sends(project: Project, module: Module, node: ast.AST, depth: int = 0) -> bool:
    """Return whether code sends to a group, itself or in a function of the project."""
    for each in ast.walk(node):
        if _is_sender(module, each):
            return True
        called = (
            project.resolver.function(module, each.func) if isinstance(each, ast.Call) else None
        )
        if called and depth < MAX_CALLS and _sends(project, called.module, called.node, depth + 1):
            return True
    return False


def _is_sender(module: Module, node: ast.AST) -> bool:
    """Return whether a node is a method that sends, or a call of the library that publishes."""
    if isinstance(node, ast.Call):
        return module.full_name(node.func) in PUBLISHERS
    return isinstance(node, ast.Attribute) and node.attr in SENDING_METHODS


def _is_task(module: Module, decorator: ast.expr) -> bool:
    return module.full_name(without_call(decorator)).rsplit(".", 1)[-1] in TASKS
