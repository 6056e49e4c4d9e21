"""`connect()` accepts the socket twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.handlers import Handler, socket_paths
from ..channels.socket_uses import OPEN, Use
from ..finding import Finding
from ..python.source_text import short_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'WebSocketProtocol' object has no attribute 'handshake_deferred'"

ACCEPTING = {"accept", "connect"}  # the methods of Channels that accept the socket


def check(project: Project) -> Iterator[Finding]:
    """Find what `connect()` accepts although it has certainly accepted the socket before."""
    for handler, paths in socket_paths(project):
        if handler.name == "connect" and not project.resolver.member(handler.consumer, "accept"):
            uses = (each for each in paths.uses if _is_second(each))
            yield from (_finding(handler, each) for each in uses)


def _is_second(use: Use) -> bool:
    return use.method in ACCEPTING and use.is_only(OPEN) and use.is_certain


def _finding(handler: Handler, use: Use) -> Finding:
    module = handler.method.module
    message = (
        f"`{short_text(use.node)}` accepts a socket that is accepted, so the consumer fails."
        " Accept it once."
    )
    fix = f"-{module.source_line(use.node)}"
    if use.node is not use.call or use.call.args or use.call.keywords:
        fix = "Keep the `accept()` with the right arguments, and delete the other one."
    return Finding(message, module.location(use.node), fix)
