"""The in-memory channel layer, which says when a message cannot arrive."""

import logging
import sys
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)

UNREACHABLE = (
    "The channel layer is in memory, and this process serves no sockets, so its messages reach no "
    "browser. Set CHANNEL_LAYER_URL=redis://HOST:6379/0 to reach the sockets of other processes."
)


class MemoryLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, which reaches only the sockets of its own process."""

    _has_logged = False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to a group.

        A shell, a command or a worker serves no sockets, so it would lose the message. Raise
        ImproperlyConfigured there in development. In production log one error.
        """
        self.require_sockets()
        await super().group_send(group, message)

    def require_sockets(self) -> None:
        """Raise ImproperlyConfigured, or log it in production, if this process has no sockets."""
        # A test needs no sockets, and may set DEBUG.
        if self._has_logged or _serves_sockets() or _is_under_test():
            return
        if settings.DEBUG:
            raise ImproperlyConfigured(UNREACHABLE)
        self._has_logged = True
        logger.error(UNREACHABLE)


def require_sockets() -> None:
    """Raise ImproperlyConfigured in development, or log it once, if no socket can be reached."""
    if not reaches_sockets():
        get_channel_layer().require_sockets()


def reaches_sockets() -> bool:
    """Return whether events of this process can reach a socket."""
    return _serves_sockets() or not isinstance(get_channel_layer(), MemoryLayer)


def _serves_sockets() -> bool:
    """Return whether this process has an ASGI application of the library."""
    return "channels_realtime.asgi" in sys.modules


def _is_under_test() -> bool:
    """Return whether Django's test environment is set up: only then mails are kept."""
    return hasattr(mail, "outbox")
