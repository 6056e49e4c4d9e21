"""The server cuts open sockets when it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import CLOSED_ABNORMALLY, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "live"
SYMPTOM = "CloseEvent { code: 1006, wasClean: false }"


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that SIGTERM cuts."""
    end = Check(project, "sigterm")
    if end.outcome == CLOSED_ABNORMALLY:
        message = (
            f"When {end.server} stops, it cuts open sockets (1006), and `disconnect()` may not"
            " finish. Close the sockets first."
        )
        yield Finding(
            message,
            fix="Close open sockets before the server stops, or use uvicorn, which does (1012).",
        )
