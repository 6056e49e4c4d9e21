"""The named channels that `runworker` listens on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import argument, string_value

if TYPE_CHECKING:
    from ..project import Project
    from .layer_calls import LayerCall

CHANNEL_ROUTER = "channels.routing.ChannelNameRouter"


def is_for_no_worker(project: Project, call: LayerCall) -> bool:
    """Return whether a call sends to a named channel that no route of a worker has."""
    channel = string_value(call.group) if call.method == "send" else None
    routed = routed_channels(project)
    return channel is not None and None not in routed and channel not in routed


def routed_channels(project: Project) -> set[str | None]:
    """Return the channels that the routers for workers have, with None for an unknown one."""
    found: set[str | None] = set()
    for module, call in project.calls(CHANNEL_ROUTER):
        mapping = argument(call, 0, "application_mapping")
        keys = mapping.keys if isinstance(mapping, ast.Dict) else [None]
        found |= {project.resolver.text(module, each) for each in keys}
    return found
