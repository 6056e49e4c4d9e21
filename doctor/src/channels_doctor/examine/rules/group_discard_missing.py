"""A consumer never leaves its group."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, related_classes
from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..python.expressions import all_arguments, attribute_name, is_variable
from ..python.source_text import short_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "channels over capacity in group"


def check(project: Project) -> Iterator[Finding]:
    """Find the first group_add() of each consumer whose classes never call group_discard()."""
    consumers = {each.full_name: each for each in project.production_consumers}
    reported = set()
    for call in layer_calls(project, "group_add"):
        cls = project.resolver.enclosing_class(call.module, call.node)
        name = cls.full_name if cls else ""
        if name in consumers and name not in reported and not _leaves(project, consumers[name]):
            reported.add(name)
            group = short_text(call.group) if call.group is not None else "…"
            joined = "a group" if group == "…" else f"the group `{group}`"
            message = (
                f"`{consumers[name].name}` joins {joined} and never leaves it."
                " Call `group_discard()` in `disconnect()`."
            )
            fix = (
                f"await self.channel_layer.group_discard({group}, self.channel_name)"
                "  # in disconnect()"
            )
            yield Finding(message, call.module.location(call.node), fix)


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
