"""No consumer joins the group of a message."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..message_values.group_strings import ANY, group_patterns
from ..message_values.joined_groups import joined_groups, may_be_the_same
from ..message_values.scope import scope_of

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The message is sent without an error, and no page receives it."

FIX = "await self.channel_layer.group_add(group, self.channel_name)  # in connect()"


def check(project: Project) -> Iterator[Finding]:
    """Find group_send() to names that no group_add() and no `groups` has."""
    joined = joined_groups(project)
    if joined is None:
        return
    for call in layer_calls(project, "group_send"):
        if call.group is None:
            continue
        names = list(group_patterns(project, scope_of(call.module, call.node), call.group))
        if names and not any(may_be_the_same(name, each) for name in names for each in joined):
            yield _finding(names[0], joined, call.module.location(call.group))


def _finding(name: str, joined: set[str], location: Location) -> Finding:
    near = get_close_matches(name, sorted(joined), 1, 0)
    shown = name.replace(ANY, "…")
    if not near:
        message = f"A message goes to the group `{shown}`, and no consumer joins a group."
        return Finding(f"{message} Call `group_add()` in `connect()`.", location, FIX)
    right = near[0].replace(ANY, "…")
    message = (
        f"A message goes to the group `{shown}`, which no consumer joins. The most similar one is"
        f" `{right}`."
    )
    return Finding(message, location, f"-{shown}\n+{right}")
