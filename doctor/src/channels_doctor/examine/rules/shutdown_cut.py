"""When the server stops, sockets are cut without a close frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import ABNORMAL, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "live"
SYMPTOM = "CloseEvent { code: 1006, wasClean: false }"


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that SIGTERM has cut."""
    end = Check(project, "sigterm")
    if end.outcome == ABNORMAL:
        message = (
            f"When {end.server} is stopped, an open socket ends without a close frame (1006): clients cannot tell a "
            "deployment from a broken network, and disconnect() may not run to its end."
        )
        yield Finding(
            message,
            fix="Close open sockets before the server stops, or serve with uvicorn, which does (1012).",
        )
