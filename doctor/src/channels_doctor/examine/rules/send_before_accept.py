"""A message is sent before the socket is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.handlers import socket_paths
from ..channels.socket_uses import NEW, SENDING_METHODS
from ..finding import Finding
from ..python.source_text import short_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: Socket has not been accepted, so cannot send over it"


def check(project: Project) -> Iterator[Finding]:
    """Find what `connect()` certainly sends before it accepts or closes the socket."""
    for handler, paths in socket_paths(project):
        for use in paths.uses:
            if use.method in SENDING_METHODS and use.is_only(NEW) and use.is_certain:
                module = handler.method.module
                message = (
                    f"`{short_text(use.node)}` comes before `accept()`, so the handshake fails"
                    " with HTTP 500. Accept the socket first."
                )
                wait = "await " if module.source_line(use.node).startswith("await ") else ""
                fix = f"+{wait}self.accept()\n {module.source_line(use.node)}"
                yield Finding(message, module.location(use.node), fix)
