"""The handshake arrives as an ordinary HTTP request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code"

BAD = 400
ORDINARY = {200, 204, 404, 405, 426}
FIX = """proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";"""


def check(project: Project) -> Iterator[Finding]:
    """Find a status that only an ordinary request gets; 400 may have other reasons."""
    own = Check(project, "own-origin")
    if own.is_url and (own.status in ORDINARY or own.status == BAD):
        who = f" ({own.server})" if own.server else ""
        message = (
            f"{own.route} answers the handshake with {own.status}{who}, as for an ordinary request."
            " Forward the Upgrade header, or use an ASGI server."
        )
        yield Finding(message, fix=FIX, severity="warning" if own.status == BAD else None)
