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
    """Find a socket that opened for a page of a foreign site."""
    foreign = Check(project, "foreign-origin")
    if foreign.outcome == "accepted":
        message = (
            f"{foreign.route} accepts pages of other sites, which then act with the cookies of"
            " your visitors. Check the Origin."
        )
        yield Finding(
            message,
            fix='"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(…)))',
        )
