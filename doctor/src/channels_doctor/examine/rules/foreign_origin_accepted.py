"""Pages of other sites can open sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "A page of another site opens a socket, and the consumer sees the visitor's own session."

# Browsers keep the visitor's cookies from pages of other sites.
SAME_SITE_SYMPTOM = (
    "A page of another subdomain or port opens a socket, and the consumer sees the visitor's own"
    " session."
)


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that opened for a page of a foreign site."""
    foreign = Check(project, "foreign-origin")
    if foreign.outcome == "accepted":
        is_same_site = bool(project.modules) and not websocket_stack(project).serves_every_site
        effect = (
            "Those of other subdomains and ports of your site act with the cookies of its visitors."
            if is_same_site
            else "They act with the cookies of your visitors that have no SameSite=Lax or Strict."
        )
        message = f"{foreign.route} accepts pages of other sites. {effect} Check the Origin."
        yield Finding(
            message,
            severity="info" if is_same_site else None,
            symptom=SAME_SITE_SYMPTOM if is_same_site else None,
            fix='"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(…)))',
        )
