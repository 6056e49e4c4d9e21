"""Several processes use the in-memory layer."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.api import LAYERS_FROM_URL
from ..channels.other_processes import senders, serves_channels
from ..deployment.compose import compose_services
from ..deployment.settings_of_commands import settings_of_command
from ..deployment.unused_sockets import are_switched_off
from ..diffs import file_line, is_diff, line_diff
from ..finding import Finding
from ..packages.installs import installed_packages
from ..python.definitions import assigned_names
from ..python.expressions import argument, constant_value, strings_in
from ..settings.deployed_settings import all_settings
from ..settings.item_location import item_location
from ..settings.layer_config import MEMORY, REDIS, layer_configs, redis_layer

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project
    from ..settings.layer_config import LayerConfig

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "Messages reach only some tabs, and never arrive from Celery, a management command or the"
    " shell."
)

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
WORKER_OPTIONS = {
    "uvicorn": ["--workers"],
    "gunicorn": ["-w", "--workers"],
    "hypercorn": ["-w", "--workers"],
    "granian": ["--workers"],
}
OTHER_SETTINGS_NOTE = " Other settings use Redis."
IN_MEMORY = "channels.layers.InMemoryChannelLayer"
IMAGES = {"redis", "valkey"}


def check(project: Project) -> Iterator[Finding]:
    """Find an in-memory layer that other processes use, or that settings with DEBUG off have."""
    for layer in layer_configs(project) if not are_switched_off(project) else ():
        if (
            layer.class_names & MEMORY
            and any(project.layer_uses())
            and not _is_from_environment(project, layer)
        ):
            reason, severity = next(_reasons(project, layer), ("", None))
            if reason:
                has_alternative = _has_redis_alternative(project, layer)
                use = "Use Redis" if _has_package(project) else "Install channels-redis and use it"
                message = (
                    f"The in-memory layer serves only one process, but {reason}. {use}."
                    f"{OTHER_SETTINGS_NOTE if has_alternative else ''}"
                )
                severity = "info" if has_alternative else severity
                place, fix = layer.setting.location, _fix(project, layer)
                yield Finding(message, place, fix, severity, layer.setting.depth)


def _fix(project: Project, layer: LayerConfig) -> str:
    """Return the change of the class in the line that names it, else the new items."""
    place = item_location(project, layer.setting, layer.alias, "BACKEND")
    line = file_line(project, place)
    quote = "'" if f"'{IN_MEMORY}'" in line else '"'
    old, backend = f"{quote}{IN_MEMORY}{quote}", f'"{redis_layer(project)}"'
    key = "CONFIG=" if f"BACKEND={old}" in line else '"CONFIG": '
    new = f'{backend}, {key}{{"hosts": [{_address(project)}]}}'
    diff = line_diff(project, place, old, new)
    return diff if is_diff(diff) and "CONFIG" not in line else f'"BACKEND": {new}'


def _has_package(project: Project) -> bool:
    """Return whether the requirements install channels-redis, or are not known."""
    names = {each.name for each in installed_packages(project)}
    return not names or "channels-redis" in names


def _address(project: Project) -> str:
    """Return the address of the compose file's Redis, of a platform, or else of this computer."""
    name = next((each.name for each in compose_services(project) if each.image in IMAGES), "")
    if not name and any("Procfile" in each.location.path for each in project.commands):
        return 'os.environ["REDIS_URL"]'
    return f'"redis://{name or "127.0.0.1"}:6379"'


def _reasons(project: Project, layer: LayerConfig) -> Iterator[tuple[str, str | None]]:
    """Yield the evidence of another process and its severity, the strongest first."""
    commands = [each for each in project.commands if not each.is_development]
    for command in commands:
        count = _processes(command)
        if command.is_asgi and count > 1 and _uses_layer(project, command, layer):
            yield (
                f"{command.program} runs {count} processes ({command.location.path})",
                None,
            )
        if command.program == "runworker" and serves_channels(project, command):
            yield (
                f"`runworker` ({command.location.path}) is another process",
                None,
            )
    works = any(each.program in WORKERS for each in project.commands)
    yield from senders(project, "error" if works else "info")


def _is_from_environment(project: Project, layer: LayerConfig) -> bool:
    """Return whether a function builds the layer from an address that is not literal."""
    node, location = layer.setting.node, layer.setting.location
    module = next(
        (each for each in project.settings.modules if location and each.path == location.path), None
    )
    if (
        not isinstance(node, ast.Call)
        or module is None
        or module.full_name(node.func) not in LAYERS_FROM_URL
    ):
        return False
    url: ast.AST | None = argument(node, 0, "url")
    return (
        constant_value(project.settings[url.id].node if isinstance(url, ast.Name) else url) is None
    )


def _has_redis_alternative(project: Project, layer: LayerConfig) -> bool:
    """Return whether the project also has a Redis layer: in another file, branch or expression."""
    location = layer.setting.location
    for module, node in project.find_all(ast.Assign):
        if "CHANNEL_LAYERS" in assigned_names(node) and strings_in(node.value) & REDIS:
            in_other_file = location is None or module.path != location.path
            is_last = location is None or node.lineno == location.line
            if in_other_file or is_last or module.is_inside(node, ast.If, ast.Try):
                return True
    return False


def _processes(command: Command) -> int:
    given = command.option(*WORKER_OPTIONS.get(command.program, [])) or ""
    number = re.search(r"^(?:\$\{\w+:-)?(\d{1,4})\}?$", given)
    return max(command.copies, int(number[1]) if number else 1)


def _uses_layer(project: Project, command: Command, layer: LayerConfig) -> bool:
    """Return whether the settings of a command have the same layer."""
    name = settings_of_command(project, command)
    return any(
        each.name == name and each["CHANNEL_LAYERS"].location == layer.setting.location
        for each in all_settings(project)
    )
