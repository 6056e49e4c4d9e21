"""No consumer joins the group of a message."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..asgi.known_paths import path_diff
from ..channels.layer_calls import LayerCall, layer_calls
from ..deployment.unused_sockets import are_switched_off
from ..finding import Finding
from ..message_values.joined_groups import joined_groups, unjoined_group
from ..message_values.message_types import type_texts
from ..message_values.string_parts import ANY

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The message is sent without an error, and no page receives it."

PROBE = re.compile(r"health|(^|[_.-])(ping|probe|test)([_.-]|$)")  # a group to try the layer
SIMILAR = 0.8  # of two names that may mean the same group
NEVER_LEFT = "channels over capacity in group"
FIX = "await self.channel_layer.group_add({}, self.channel_name)  # in connect()"


def check(project: Project) -> Iterator[Finding]:
    """Find group_send() to names that no group_add() and no `groups` has."""
    joined = joined_groups(project)
    if joined is None or are_switched_off(project):
        return
    seen = set()
    for call in layer_calls(project, "group_send", "group_discard"):
        name = unjoined_group(project, call, joined)
        if name and not PROBE.search(name) and (joined or call.method == "group_send"):
            function = call.module.nearest_function(call.node)
            if (function, call.method, name) not in seen:
                seen.add((function, call.method, name))
                yield _finding(project, call, name, joined)


def _finding(project: Project, call: LayerCall, name: str, joined: set[str]) -> Finding:
    location = call.module.location(call.group)  # type: ignore[arg-type]
    cause, needed = (call.method, name), [*_missing_handlers(project, call)]
    near = "" if needed else _similar(name, joined)
    shown = name.replace(ANY, "…")
    is_sent = call.method == "group_send"
    what = f"A message goes to the group `{shown}`" if is_sent else f"A socket leaves `{shown}`"
    symptom = None if is_sent else NEVER_LEFT
    if not near:
        message = f"{what}, which no consumer joins. Call `group_add()` in `connect()`."
        group = f'f"{name.replace(ANY, "{…}")}"' if ANY in name else f'"{name}"'
        fix = "\n".join([FIX.format(group), *needed])
        return Finding(message, location, fix, symptom=symptom, cause=cause)
    right = near.replace(ANY, "…")
    message = f"{what}, which no consumer joins. The most similar group is `{right}`."
    diff = path_diff(project, location, shown, right)
    in_words = f"Write the name as in `group_add()`: `{right}`."
    fix = diff if diff.startswith("-") else in_words
    return Finding(message, location, fix, symptom=symptom, cause=cause)


def _similar(name: str, joined: set[str]) -> str:
    """Return the only group that a name may have been meant for, "" where several may be.

    A name may lack the first part of the right one.
    """
    near = get_close_matches(name, sorted(joined), 2, SIMILAR)
    longer = [each for each in joined if each.endswith(f"_{name}")]
    found = near or longer
    return found[0] if len(found) == 1 else ""


def _missing_handlers(project: Project, call: LayerCall) -> Iterator[str]:
    """Yield the methods that a consumer needs when it joins the group, and no consumer has."""
    for text in type_texts(project, call):
        name = text.text.replace(".", "_")
        consumers = project.production_consumers
        if not any(project.resolver.member(each, name) for each in consumers):
            yield f"async def {name}(self, event): …  # in the consumer that joins"
