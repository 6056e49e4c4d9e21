"""A consumer never leaves its group."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer, related_classes
from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..python.expressions import (
    all_arguments,
    attribute_name,
    is_variable,
    own_attribute,
    variable_name,
)
from ..python.source_text import short_text, source_text
from ..settings.layer_config import keeps_all_in_memory, logs_full_channels, may_have_layer

if TYPE_CHECKING:
    from ..channels.layer_calls import LayerCall
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "channels over capacity in group"
GROWTH = "The groups grow from day to day, and each message still goes to closed sockets."


def check(project: Project) -> Iterator[Finding]:
    """Find consumers whose classes never call group_discard(): one finding for all of them."""
    if not may_have_layer(project) or keeps_all_in_memory(project):
        return
    consumers = {each.full_name: each for each in project.production_consumers}
    reported = set()
    for call in layer_calls(project, "group_add"):
        cls = project.resolver.enclosing_class(call.module, call.node)
        name = cls.full_name if cls else ""
        if name in consumers and name not in reported and not _leaves(project, consumers[name]):
            reported.add(name)
            yield _finding(project, consumers[name], call)


def _finding(project: Project, consumer: Definition, call: LayerCall) -> Finding:
    is_generic = is_raw_websocket_consumer(project.resolver, consumer)
    method = "disconnect()" if is_generic else "websocket_disconnect()"
    group = _kept_in_self(call) or _text_of_group(call)
    joined = "a group" if group == "…" else f"the group `{group}`"
    is_local = _is_local(call) and not _kept_in_self(call)
    keep = "Keep the group's name in `self`, and call" if is_local else "Call"
    fix = "" if is_local or group == "…" else f"{_fix(call, group)}  # in {method}"
    message = (
        f"`{consumer.name}` joins {joined} and never leaves it."
        f" {keep} `group_discard()` in `{method}`."
    )
    symptom = None if logs_full_channels(project) else GROWTH
    place = call.module.location(call.node)
    return Finding(message, place, fix, symptom=symptom, cause=("project",))


def _text_of_group(call: LayerCall) -> str:
    """Return the name of the group as the code writes it, `…` where that takes several lines."""
    text = source_text(call.module, call.group) if call.group is not None else "…"
    return "…" if "…" in text else text


def _kept_in_self(call: LayerCall) -> str:
    """Return `self.x` if the joining method also keeps its variable for the group there."""
    function, name = call.module.nearest_function(call.node), variable_name(call.group)
    for node in ast.walk(function) if function and name else ():
        if isinstance(node, ast.Assign) and is_variable(node.value, name):
            kept = [each for each in node.targets if own_attribute(each)]
            if kept:
                return short_text(kept[0])
    return ""


def _fix(call: LayerCall, group: str) -> str:
    """Return the call that leaves a group."""
    if isinstance(call.node.func, (ast.Call, ast.Name)):
        leave = "async_to_sync(self.channel_layer.group_discard)"
    else:
        leave = "await self.channel_layer.group_discard"
    return f"{leave}({group}, self.channel_name)"


def _is_local(call: LayerCall) -> bool:
    """Return whether the name of the group has a variable of the method."""
    function = call.module.nearest_function(call.node)
    if function is None or call.group is None:
        return False
    nodes = (each for each in ast.walk(function) if isinstance(each, ast.Name))
    stored = {each.id for each in nodes if isinstance(each.ctx, ast.Store)}
    own = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)} - {"self"}
    return any(
        isinstance(each, ast.Name) and each.id in stored | own for each in ast.walk(call.group)
    )


def _leaves(project: Project, consumer: Definition) -> bool:
    """Return whether a consumer, a base class, or code that it passes itself to may leave."""
    if not is_fully_resolved(project.resolver, consumer):
        return True
    return any(
        each.uses_name("group_discard", "groups") or _passes_itself(each)
        for each in related_classes(project.resolver, project.consumers, consumer)
    )


def _passes_itself(cls: Definition) -> bool:
    """Return whether disconnect() passes the consumer or its channel to other code."""
    methods = [node for node in ast.walk(cls.node) if getattr(node, "name", "") == "disconnect"]
    nodes = [node for method in methods for node in ast.walk(method)]
    return any(
        is_variable(each, "self") or attribute_name(each) == "channel_name"
        for node in nodes
        for each in all_arguments(node)
    )
