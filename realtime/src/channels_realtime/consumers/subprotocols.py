"""The subprotocol of a socket: RFC 6455, sections 1.9 and 4.2.2."""

import logging
from collections.abc import Sequence
from typing import Any

from channels_realtime.tickets.protocol import PREFIX

logger = logging.getLogger(__name__)

REFUSED = "A socket was refused: its client offers other subprotocols than %s speaks, %r."
NO_TICKETS = (
    "A socket was refused: its client offers a ticket. Add channels_realtime.tickets to "
    "INSTALLED_APPS, and migrate."
)


def require_names(subprotocols: Sequence[str]) -> None:
    """Raise TypeError for a single text instead of a list of subprotocols."""
    if isinstance(subprotocols, str):
        raise TypeError(f"`subprotocols` is a list, [{subprotocols!r}], not {subprotocols!r}.")


def choose_subprotocol(scope: dict[str, Any], consumer: Any) -> str | None:
    """Return the first subprotocol that the client offers and the consumer speaks.

    Return "" for a client that offers none, and None if there is no match. Then the handshake is
    to be refused: a browser would end a connection whose server chooses none of its subprotocols.
    """
    offered, spoken = scope.get("subprotocols"), consumer.subprotocols
    if not offered:
        return ""
    for each in offered:
        if each in spoken:
            return str(each)
    # Without what the client offers, which may be a secret.
    if any(each.startswith(PREFIX) for each in offered):
        logger.warning(NO_TICKETS)
    else:
        logger.warning(REFUSED, type(consumer).__name__, list(spoken))
    return None
