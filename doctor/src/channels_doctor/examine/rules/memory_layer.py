"""The layer is in memory, and more than one process of the project uses it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.known_names import LAYERS_FROM_URL
from ..deployment.served_settings import served_settings
from ..finding import Finding
from ..python.expressions import argument, constant
from ..settings.layer_config import MEMORY, REDIS, layers

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project
    from ..python.modules import Module
    from ..settings.layer_config import Layer

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Messages reach only some tabs, and never those sent from Celery, a command or the shell."

TASKS = {"shared_task", "task", "job", "actor", "db_task", "periodic_task"}
WORKERS = {
    "celery",
    "rqworker",
    "rqscheduler",
    "run_huey",
    "huey_consumer",
    "dramatiq",
    "rundramatiq",
    "db_worker",
}
PROCESSES = {
    "uvicorn": ["--workers"],
    "gunicorn": ["-w", "--workers"],
    "hypercorn": ["-w", "--workers"],
    "granian": ["--workers"],
}
SENDS = {"group_send", "send_group"}
ONLY_HERE = "; other settings name a layer in Redis, so this is so with the examined ones alone."
FIX = '"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": ["redis://127.0.0.1:6379"]}'


def check(project: Project) -> Iterator[Finding]:
    """Find what shows that another process uses the layer; else a layer in memory that is written beside DEBUG off."""
    for layer in layers(project):
        if layer.names & MEMORY and any(project.uses_layer()) and not _is_left_open(project, layer):
            reason, severity = next(_reasons(project, layer), ("", None))
            if reason:
                chosen = _is_chosen(project, layer)
                message = f"The layer in memory ends with its process, and {reason}{ONLY_HERE if chosen else '.'}"
                severity = "info" if chosen else severity
                yield Finding(message, layer.setting.place, FIX, severity, layer.setting.depth)


def _reasons(project: Project, layer: Layer) -> Iterator[tuple[str, str | None]]:
    """Yield why one process is not all, the surest reason first, each with how bad it is."""
    commands = [each for each in project.commands if not each.is_development]
    for command in commands:
        count = _processes(command)
        if (
            command.is_asgi
            and count > 1
            and served_settings(project, command) == project.settings.name
        ):
            yield (
                f"{command.program} runs {count} processes ({command.place.path}): sockets of one miss the others",
                None,
            )
        if command.program == "runworker":
            yield (
                f"runworker ({command.place.path}) is a process of its own, which nothing reaches",
                None,
            )
    works = any(each.program in WORKERS for each in project.commands)
    yield from _senders(project, "error" if works else "info")
    written = layer.setting.node and any(
        getattr(node, "value", "") in MEMORY for node in ast.walk(layer.setting.node)
    )
    if written and project.setting("DEBUG").value is False:
        yield "DEBUG is off: a second process, task or command would send to nobody", "warning"


def _is_left_open(project: Project, layer: Layer) -> bool:
    """Return whether a function makes the layer from an address that is not written out, as one of the environment."""
    node, place = layer.setting.node, layer.setting.place
    module = next(
        (each for each in project.settings.modules if place and each.path == place.path), None
    )
    if (
        not isinstance(node, ast.Call)
        or module is None
        or module.qualified(node.func) not in LAYERS_FROM_URL
    ):
        return False
    url: ast.AST | None = argument(node, 0, "url")
    return constant(project.setting(url.id).node if isinstance(url, ast.Name) else url) is None


def _is_chosen(project: Project, layer: Layer) -> bool:
    """Return whether a layer in Redis is written, too: in another file, in a branch, or in the same expression."""
    place = layer.setting.place
    for module, assign in project.all(ast.Assign):
        names = {getattr(target, "id", "") for target in assign.targets}
        if "CHANNEL_LAYERS" in names and any(
            getattr(node, "value", "") in REDIS for node in ast.walk(assign.value)
        ):
            overwritten = place and module.path == place.path and assign.lineno != place.line
            if not overwritten or any(
                isinstance(above, (ast.If, ast.Try)) for above in module.above(assign)
            ):
                return True
    return False


def _processes(command: Command) -> int:
    given = command.option(*PROCESSES.get(command.program, [])) or ""
    number = re.search(r"^(?:\$\{\w+:-)?(\d{1,4})\}?$", given)
    return max(command.copies, int(number[1]) if number else 1)


def _senders(project: Project, severity: str) -> Iterator[tuple[str, str | None]]:
    """Yield the tasks and the management commands that send to a group."""
    eager = project.setting("CELERY_TASK_ALWAYS_EAGER").value is True
    for module, node in project.all(ast.Attribute):
        function = module.function(node)
        if (
            node.attr in SENDS
            and function
            and not eager
            and any(_is_task(module, each) for each in function.decorator_list)
        ):
            yield (
                f"the task {function.name} ({module.path}) sends to a group from a worker's process",
                severity,
            )
        if node.attr in SENDS and "/management/commands/" in "/" + module.path:
            name = module.path.rsplit("/", 1)[-1][:-3]
            yield (
                f"the command {name} sends to a group from a process of its own, where nobody listens",
                "info",
            )


def _is_task(module: Module, decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return module.qualified(called).rsplit(".", 1)[-1] in TASKS
