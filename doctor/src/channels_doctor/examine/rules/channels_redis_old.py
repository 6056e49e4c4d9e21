"""Redis connections outlive their event loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import ASYNC_TO_SYNC
from ..channels.other_processes import senders
from ..channels.release import OLDEST_MAINTAINED, major_version
from ..channels.runserver_apps import deploys_asgi_runserver
from ..deployment.servers import servers
from ..finding import Finding
from ..packages.python_release import newest_python
from ..packages.requirements import is_older, requirement_location
from ..packages.upgrades import upgrade_advice, upgrade_fix, upgraded
from ..packages.version_numbers import parse_version, version_text
from ..python.expressions import method_name, names_in
from ..settings.client_timeouts import REDIS_TIMES_OUT_SINCE
from ..settings.layer_config import may_have_layer, uses_core_layer, uses_pubsub_alone

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "RuntimeError: Event loop is closed"
UNMAINTAINED = "The connections to Redis come from a package without releases or security fixes."

ANCIENT, FIXED = (4,), (4, 1)
LAYER_METHODS = {"group_send", "group_add", "group_discard"}


def check(project: Project) -> Iterator[Finding]:
    """Find a version below 4.1, and calls of the layer in an event loop that is never closed."""
    found = _old_release(project) if may_have_layer(project) else None
    is_reported = found and (found[0] < ANCIENT or _leaves_connections(project))
    if found and is_reported and not _is_of_old_channels(project, found[0]):
        yield _outdated(project, *found)
    for module, call in project.find_all(ast.Call):
        if method_name(call) == "run_until_complete" and _is_left_open(module, call):
            message = (
                "The event loop for this call is never closed, so it keeps a connection to Redis."
                " Use `async_to_sync()`."
            )
            fix = 'async_to_sync(get_channel_layer().group_send)("chat", {"type": "chat.message"})'
            yield Finding(message, module.location(call), fix, "info")


def _is_of_old_channels(project: Project, version: tuple[int, ...]) -> bool:
    """Return whether Channels needs an upgrade first, which includes this one."""
    major = major_version(project)
    return version < ANCIENT and major is not None and major < OLDEST_MAINTAINED


def _leaves_connections(project: Project) -> bool:
    """Return whether a layer may keep connections; that of PubSub closes them with their loop."""
    is_possible = _opens_event_loops(project) and not uses_pubsub_alone(project)
    return is_possible and not _runs_in_one_loop(project)


def _runs_in_one_loop(project: Project) -> bool:
    """Return whether ASGI servers alone run the calls, in their loop: no task or command sends."""
    started = servers(project)
    is_asgi = all(each.interface == "asgi" for each in started)
    is_known = bool(started) or deploys_asgi_runserver(project)
    return is_asgi and is_known and not any(senders(project, SEVERITY))


def _opens_event_loops(project: Project) -> bool:
    """Return whether `async_to_sync()` calls are outside of consumers, whose loop does not end."""
    calls = [
        project.resolver.enclosing_class(module, call)
        for name in ASYNC_TO_SYNC
        for module, call in project.calls(name)
    ]
    consumers = {each.full_name for each in project.consumers}
    return any(each is None or each.full_name not in consumers for each in calls)


def _old_release(project: Project) -> tuple[tuple[int, ...], Location | None, str] | None:
    """Return an old version, pinned or else installed, with its place and its depth."""
    pin, version = project.pins.get("channels-redis"), project.version("channels-redis")
    if pin and parse_version(pin.version) < FIXED:
        return parse_version(pin.version), pin.location, "source"
    if version and version < FIXED:
        location = requirement_location(project, "channels-redis")
        return version, location, project.version_depth("channels-redis")
    return None


def _outdated(
    project: Project, version: tuple[int, ...], location: Location | None, depth: str
) -> Finding:
    is_ancient = version < ANCIENT
    effect = "leaves a connection open after each `async_to_sync()` call"
    if is_ancient:
        effect = "uses aioredis, which has had no release since 2021"
    bound = ["redis"] if _brings_redis_8(project) else []
    requirements = upgraded(project, "channels-redis", *bound)
    advice = upgrade_advice("4.3", requirements, newest_python(project))
    message = f"channels-redis {version_text(version)} {effect}. {advice}"
    severity, symptom = ("info", UNMAINTAINED) if is_ancient else (None, None)
    fix = upgrade_fix(project, requirements, location)
    return Finding(message, location, fix, severity, depth, symptom)


def _brings_redis_8(project: Project) -> bool:
    """Return whether an upgrade may bring the redis-py that closes sockets of the core layer."""
    is_bounded = project.version("redis") or is_older(project, "redis", REDIS_TIMES_OUT_SINCE)
    return uses_core_layer(project) and not is_bounded


def _is_left_open(module: Module, call: ast.Call) -> bool:
    """Return whether the function runs a layer's coroutine in a new loop and never closes it."""
    function = module.enclosing_function(call)
    runs_layer = any(method_name(each) in LAYER_METHODS for each in call.args)
    if function is None or not runs_layer:
        return False
    names = names_in(function)
    return "new_event_loop" in names and not names & {"close", "closing"}
