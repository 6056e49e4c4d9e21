"""A consumer never leaves its group."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumer_classes import consumers, family, is_known, mentions
from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..python.expressions import spell

if TYPE_CHECKING:
    from ..project import Project
    from ..python.names import Definition

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "channels over capacity in group"


def check(project: Project) -> Iterator[Finding]:
    """Find the first group_add() of each consumer without any group_discard() in its family."""
    found = {each.qualified: each for each in consumers(project)}
    told = set()
    for call in layer_calls(project, "group_add"):
        around = project.names.around(call.module, call.node)
        name = around.qualified if around else ""
        if name in found and name not in told and not _leaves(project, found[name]):
            told.add(name)
            group = spell(call.group) if call.group is not None else "a group"
            message = (
                f"{found[name].node.name} joins {group} and never leaves it: the layer keeps sending to closed sockets"
                " until group_expiry, a day by default."
            )
            fix = f"await self.channel_layer.group_discard({group}, self.channel_name)  # in disconnect()"
            yield Finding(message, call.module.place(call.node), fix)


def _leaves(project: Project, found: Definition) -> bool:
    """Return whether a consumer may leave its groups: by itself, by an ancestor, or by whoever it hands itself to."""
    if not is_known(project, found):
        return True
    return any(
        mentions(each, "group_discard", "groups") or _hands_on(each)
        for each in family(project, found)
    )


def _hands_on(found: Definition) -> bool:
    methods = [node for node in ast.walk(found.node) if getattr(node, "name", "") == "disconnect"]
    calls = [node for method in methods for node in ast.walk(method) if isinstance(node, ast.Call)]
    given = [
        each for call in calls for each in [*call.args, *(word.value for word in call.keywords)]
    ]
    return any(
        getattr(each, "id", "") == "self" or getattr(each, "attr", "") == "channel_name"
        for each in given
    )
