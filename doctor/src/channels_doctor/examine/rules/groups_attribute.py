"""A consumer does not join the groups of its `groups` attribute."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import handles_messages, is_async_consumer, is_raw_websocket_consumer
from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..python.definitions import assignment_targets
from ..python.expressions import own_attribute, string_value, walk_body
from ..python.nodes import walk
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The message is sent without an error, and no page receives it."

GROUPS = "groups"
LOOP = "+for group in self.groups:\n+    "
FIX = f"{LOOP}async_to_sync(self.channel_layer.group_add)(group, self.channel_name)"
ASYNC_FIX = f"{LOOP}await self.channel_layer.group_add(group, self.channel_name)"
FIX_OF_PROPERTY = "Call `group_add()` for each of them in `connect()`, and remove the property."


def check(project: Project) -> Iterator[Finding]:
    """Find `groups` that is a text, that needs the scope, or that `connect()` sets."""
    is_used = any(layer_calls(project, "group_send"))
    for consumer in project.production_consumers:
        if handles_messages(project.resolver, consumer):
            yield from _member(project, consumer)
            is_raw = is_raw_websocket_consumer(project.resolver, consumer)
            yield from _set_late(project, consumer) if is_used and is_raw else ()


def _member(project: Project, consumer: Definition) -> Iterator[Finding]:
    found = project.resolver.own_member(consumer, GROUPS)
    if found and found.is_function:
        yield from _property(consumer, found)
    elif found and found.value is not None:
        yield from _text(project, found, found.value)


def _text(project: Project, found: Definition, value: ast.expr) -> Iterator[Finding]:
    text = string_value(project.resolver.constant(found.module, value))
    text = string_value(value) if text is None else text
    if text:
        source = source_text(found.module, value)
        message = (
            f"`{GROUPS}` is a text, so the consumer joins a group for each of its letters."
            " Write a list."
        )
        fix = replacement_diff(found.module, found.node, f"{GROUPS} = [{source}]")
        yield Finding(message, found.module.location(found.node), fix)


def _property(consumer: Definition, found: Definition) -> Iterator[Finding]:
    if any(own_attribute(each) == "scope" for each in walk(found.node)):
        message = (
            f"`{GROUPS}` needs `self.scope`, which Channels sets after `__init__()` has read"
            f" `{GROUPS}`. Join the groups in `connect()`."
        )
        symptom = f"AttributeError: '{consumer.name}' object has no attribute 'scope'"
        place = found.module.location(found.node)
        yield Finding(message, place, FIX_OF_PROPERTY, symptom=symptom)


def _set_late(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find a list that `connect()` assigns in a consumer that joins no group itself."""
    connect = next((each for each in consumer.methods() if each.name == "connect"), None)
    classes = project.resolver.mro(consumer)
    if connect is None or any(each.uses_name("group_add") for each in classes):
        return
    for node in walk_body(connect.body):
        is_list = isinstance(getattr(node, "value", None), (ast.List, ast.Tuple))
        if is_list and GROUPS in map(own_attribute, assignment_targets(node)):
            message = (
                f"`connect()` sets `self.{GROUPS}`, but Channels has joined the groups before, so"
                " the consumer is in none of these. Join them here."
            )
            fix = ASYNC_FIX if is_async_consumer(project.resolver, consumer) else FIX
            yield Finding(message, consumer.module.location(node), fix)
            return
