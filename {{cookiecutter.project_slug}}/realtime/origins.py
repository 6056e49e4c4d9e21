"""Which pages may open sockets: the only defence against pages of other sites.

A browser sends its cookies along with any page's handshake, so the Origin header decides.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

logger = logging.getLogger(__name__)

LOCAL = [".localhost", "127.0.0.1", "[::1]"]  # as Django has it


class OriginMiddleware:
    """Refuses handshakes with 403 unless a page of ours makes them.

    In production these are the sites in CSRF_TRUSTED_ORIGINS, which may also send forms; in
    development, pages from any port of ALLOWED_HOSTS, or of this machine. Channels' validators
    compare hosts only, or fail with an error when the header is no address.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
        if is_allowed(origin):
            await self.application(scope, receive, send)
        else:
            logger.warning("A socket was refused: its origin, %.200r, is not allowed.", origin)
            await refuse(receive, send)


async def refuse(receive: Any, send: Any) -> None:
    """Answer a handshake with 403. Channels' own denier fails when the channel layer is away."""
    await receive()
    await send({"type": "websocket.close"})


def is_allowed(origin: str) -> bool:
    """Return whether a page from `origin`, such as "https://example.com", may open sockets."""
    scheme, _, host = origin.lower().partition("://")
    if any(_matches(scheme, host, each) for each in settings.CSRF_TRUSTED_ORIGINS):
        return True
    if not settings.DEBUG or scheme not in ("http", "https"):
        return False
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS or LOCAL)


def _matches(scheme: str, host: str, pattern: str) -> bool:
    """Compare as Django does for forms: "https://*.example.com" means every subdomain."""
    its_scheme, _, its_host = pattern.lower().partition("://")
    if its_host.startswith("*."):
        return scheme == its_scheme and host.endswith(its_host[1:])
    return (scheme, host) == (its_scheme, its_host)
