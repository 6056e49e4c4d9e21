"""Which pages may open sockets: the only defence against pages of other sites.

A browser sends its cookies with any page's handshake, so the Origin header decides.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from channels_realtime.metrics import counts

logger = logging.getLogger(__name__)

REFUSED = (
    "A socket was refused: its origin, %.200r, is not allowed. CSRF_TRUSTED_ORIGINS lists those "
    "that are."
)

# The hosts that Django allows in development.
LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]


class OriginMiddleware:
    """Refuse a handshake with 403 unless a page of an allowed origin makes it.

    In production the origins in CSRF_TRUSTED_ORIGINS are allowed, which may also send forms; in
    development, pages from any port of ALLOWED_HOSTS or of this machine. Channels' validators
    compare hosts only, or fail with an error when the header is not an address.

    A client without the header passes as native: the router has few routes for it.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        origin = b", ".join(origins).decode("latin-1")
        if not origins:  # no page: a browser always sends the header
            return self.application({**scope, "is_native": True}, receive, send)
        if is_allowed_origin(origin):
            return self.application(scope, receive, send)
        logger.warning(REFUSED, origin)
        return reject_handshake(receive, send)


async def reject_handshake(receive: Any, send: Any) -> None:
    """Answer a handshake with 403. Channels' own denier fails while the channel layer is down."""
    counts.handshakes_refused += 1
    await receive()
    await send({"type": "websocket.close"})


def is_allowed_origin(origin: str) -> bool:
    """Return whether a page from `origin`, such as "https://example.com", may open sockets."""
    scheme, _, host = origin.lower().partition("://")
    if any(_matches(scheme, host, each) for each in settings.CSRF_TRUSTED_ORIGINS):
        return True
    if not settings.DEBUG or scheme not in ("http", "https"):
        return False
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS or LOCAL_HOSTS)


def _matches(scheme: str, host: str, pattern: str) -> bool:
    """Compare as Django does for forms: "https://*.example.com" means every subdomain."""
    allowed_scheme, _, allowed_host = pattern.lower().partition("://")
    if allowed_host.startswith("*."):
        return scheme == allowed_scheme and host.endswith(allowed_host[1:])
    return (scheme, host) == (allowed_scheme, allowed_host)
