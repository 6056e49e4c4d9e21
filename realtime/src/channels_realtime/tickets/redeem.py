"""Redeem a ticket: once, in the handshake of the path that it was created for."""

import logging
import re
from datetime import UTC, datetime

from channels.db import database_sync_to_async
from django.db import router
from django.utils import timezone
from django.utils.module_loading import import_string

from channels_realtime.auth.logins import Login
from channels_realtime.tickets.create import digest_of
from channels_realtime.tickets.models import Ticket

logger = logging.getLogger(__name__)

TICKET = re.compile(r"[\w-]{43}", re.ASCII)
REFUSED = "A ticket for %.200r was refused: it is unknown, used, expired or for another path."


class Redemption:
    """Redeem a ticket on the first call; recheck its login on later calls."""

    def __init__(self, ticket: str, path: str) -> None:
        self._ticket, self._path = ticket, path
        self._login: Login | None = None
        self._is_redeemed = False

    async def find_login(self) -> Login | None:
        """Return the login that asked for the ticket, or None if either is not valid."""
        if not self._is_redeemed:
            self._is_redeemed = True
            self._login = await self._redeem()
        elif self._login is not None and not await self._login.is_valid():
            self._login = None
        return self._login

    async def _redeem(self) -> Login | None:
        row = await database_sync_to_async(take)(self._ticket, self._path)
        if row is None:
            logger.warning(REFUSED, self._path)
            return None
        login: Login | None = await import_string(row.login).load(row.key)
        if login is None or str(login.user.pk) != row.user:
            return None
        if row.login_expires is not None:
            login.expires = datetime.fromtimestamp(row.login_expires, UTC)
        return login if login.is_active else None


def take(ticket: str, path: str) -> Ticket | None:
    """Remove a ticket and return its row; of several attempts at once, one succeeds.

    Return None for a ticket that is unknown, expired, or for another path.
    """
    if not TICKET.fullmatch(ticket):
        return None
    tickets = Ticket.objects.using(router.db_for_write(Ticket))
    row = tickets.filter(digest=digest_of(ticket)).first()
    if row is None or tickets.filter(digest=row.digest).delete()[0] != 1:
        return None
    return row if row.path == path and row.expires > timezone.now() else None
