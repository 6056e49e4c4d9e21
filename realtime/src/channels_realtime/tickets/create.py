"""Create a ticket."""

import secrets
from datetime import timedelta
from hashlib import sha256
from urllib.parse import unquote

from django.utils import timezone
from django.utils.module_loading import import_string

from channels_realtime.auth.logins import Login
from channels_realtime.tickets.models import MAX_PATH, Ticket

LIFETIME = 30  # seconds
MAX_WAITING = 20  # tickets of one user


class TooManyTicketsError(Exception):
    """More tickets of the user wait than a client needs."""


def create_ticket(login: Login, path: str) -> str:
    """Return a new ticket with which one client may open the socket at `path` as the login's user.

    It is valid for 30 seconds and for one handshake. `path` is that of the socket's URL, such as
    "/ws/bot/". Raise ValueError for anything else, and for a login whose class is not at the top of
    a module; raise TooManyTicketsError if 20 tickets of the user wait already. It queries the
    database: call it in synchronous code, or with database_sync_to_async().
    """
    path, kind = clean_path(path), class_name(login)
    Ticket.objects.delete_expired()
    user = str(login.user.pk)
    if Ticket.objects.filter(user=user).count() >= MAX_WAITING:
        raise TooManyTicketsError(f"{MAX_WAITING} tickets of this user wait already.")
    ticket = secrets.token_urlsafe(32)
    Ticket.objects.create(
        digest=digest_of(ticket),
        path=path,
        user=user,
        login=kind,
        key=login.key,
        login_expires=None if login.expires is None else login.expires.timestamp(),
        expires=timezone.now() + timedelta(seconds=LIFETIME),
    )
    return ticket


def digest_of(ticket: str) -> str:
    """Return what is stored of a ticket. It has 256 random bits, so it needs no slow hash."""
    return sha256(ticket.encode()).hexdigest()


def clean_path(path: str) -> str:
    """Return the path as a server decodes it. Raise ValueError for anything else."""
    decoded = unquote(path)
    is_path = path.startswith("/") and not ("?" in path or "#" in path) and decoded.isprintable()
    if not is_path or len(path) > MAX_PATH:
        raise ValueError('`path` is the path of the socket, such as "/ws/bot/", without a query.')
    return decoded


def class_name(login: Login) -> str:
    """Return the dotted name of a login's class. Raise ValueError if it cannot be imported."""
    name = f"{type(login).__module__}.{type(login).__qualname__}"
    try:
        if import_string(name) is type(login):
            return name
    except ImportError:
        pass
    raise ValueError(f"Define {name} at the top of a module, where tickets find it again.")
