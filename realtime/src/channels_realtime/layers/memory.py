"""The in-memory channel layer, which warns when a message cannot arrive."""

import logging
import sys
from typing import Any

from channels.layers import InMemoryChannelLayer

logger = logging.getLogger(__name__)


class MemoryLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, which reaches only the sockets of its own process."""

    _has_warned = False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to a group, and warn once in a process that serves no sockets.

        A shell, a command or a worker is such a process: without Redis its messages are lost.
        """
        if not self._has_warned and not _serves_sockets():
            self._has_warned = True
            logger.warning(
                "The channel layer is in memory, and this process serves no sockets: its messages "
                "reach no socket. Set CHANNEL_LAYER_URL=redis://… to reach other processes."
            )
        await super().group_send(group, message)


def _serves_sockets() -> bool:
    """Return whether this process has an ASGI application of the library."""
    return "channels_realtime.asgi" in sys.modules
