"""The proxy cuts idle sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import CLOSED_ABNORMALLY, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "upstream timed out (110: Connection timed out) while proxying upgraded connection"

MIN_SECONDS = 20  # the server causes an earlier close


def check(project: Project) -> Iterator[Finding]:
    """Find an idle socket that a proxy cut."""
    idle = Check(project, "idle")
    if idle.is_url and idle.outcome == CLOSED_ABNORMALLY and idle.seconds > MIN_SECONDS:
        message = (
            f"The proxy cuts an idle socket after {idle.seconds:g} seconds. Set its limit above the"
            " server's ping interval."
        )
        yield Finding(
            message, fix="proxy_read_timeout 75s;  # more than the server's ping interval (20 s)"
        )
