"""Pages of other sites can open sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "A page of another site opens a socket, and the consumer sees the visitor's own session."


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that a page of a site which cannot exist has opened."""
    foreign = Check(project, "foreign-origin")
    if foreign.outcome == "accepted":
        message = (
            f"{foreign.route} opens for a page of any other site, and browsers send your visitors' cookies along: "
            "such a page acts in their name."
        )
        yield Finding(
            message,
            fix='+"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(…)))',
        )
