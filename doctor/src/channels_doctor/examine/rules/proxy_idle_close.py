"""The proxy cuts sockets on which nothing is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import ABNORMAL, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "upstream timed out (110: Connection timed out) while proxying upgraded connection"

SOON = 20  # seconds: what happens earlier is the server's own


def check(project: Project) -> Iterator[Finding]:
    """Find a quiet socket that was cut through a proxy."""
    idle = Check(project, "idle")
    if idle.is_url and idle.outcome == ABNORMAL and idle.seconds > SOON:
        message = (
            f"A socket on which nothing is said is cut after {idle.seconds:g} seconds without a close frame, "
            "as a proxy does it that hears nothing for so long: quiet sockets reconnect again and again."
        )
        yield Finding(
            message, fix="+proxy_read_timeout 75s;  # more than the server's ping interval (20 s)"
        )
