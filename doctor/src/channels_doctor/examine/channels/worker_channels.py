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
    routers = project.calls(CHANNEL_ROUTER)
    routed = [argument(each, 0, "application_mapping") for _, each in routers]
    is_known = all(isinstance(each, ast.Dict) and None not in each.keys for each in routed)
    keys = {string_value(key) for each in routed for key in getattr(each, "keys", [])}
    return channel is not None and is_known and not {channel, None} & keys
