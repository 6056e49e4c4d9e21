"""The project's own pages may not open sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "server rejected WebSocket connection: HTTP 403"

REFUSED = {401, 403}


def check(project: Project) -> Iterator[Finding]:
    """Find 403 for our own Origin; only Channels' own validator says that the Origin is the reason."""
    own = Check(project, "own-origin")
    if own.status not in REFUSED:
        return
    origin = own.said.get("origin")
    if own.said.get("origin_allowed") is False:
        message = f"A page of {origin} is refused with {own.status}: its Origin is not among those that may open sockets."
        yield Finding(
            message, fix="AllowedHostsOriginValidator(…), with the site's name in ALLOWED_HOSTS"
        )
    else:
        who = "a stranger" if own.is_url else "a stranger and a signed-in user"
        message = (
            f"{own.route} refuses {who} with {own.status} before the socket is open, so nothing more was seen there: "
            "sound if it admits only others, else the Origin or the consumer's connect() refuses them."
        )
        yield Finding(message, severity="info")
