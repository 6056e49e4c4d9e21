"""The project's own pages cannot open sockets."""

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
    """Find 403 for the project's own Origin; only Channels' validator proves the reason."""
    own = Check(project, "own-origin")
    if own.status not in REFUSED:
        return
    origin = own.data.get("origin")
    if own.data.get("origin_allowed") is False:
        message = (
            f"The server refuses a page of {origin} with {own.status}, because the validator does"
            " not allow its Origin. Add the Origin."
        )
        yield Finding(
            message, fix="AllowedHostsOriginValidator(…), with the site's name in ALLOWED_HOSTS"
        )
    else:
        who = "an anonymous user" if own.is_url else "anonymous and signed-in users"
        message = (
            f"{own.route} refuses {who} with {own.status}, so no further check ran. If this is not"
            " intended, check the Origin and `connect()`."
        )
        yield Finding(message, severity="info")
