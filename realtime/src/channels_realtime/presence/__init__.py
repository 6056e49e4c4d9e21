"""Who is in a group: people who look at the same page, and what they do just now, such as typing.

Each process knows all users in the groups of its sockets. It stores its own users in the Redis of
the channel layer, and sends each change to the other processes. Its memory is authoritative: if
Redis loses users, the process stores them again.
"""

from collections.abc import Sequence

import msgspec

from channels_realtime.layers.groups import validate_group_name
from channels_realtime.presence.listing import decode_metas, read_members
from channels_realtime.presence.local import Socket
from channels_realtime.presence.messages import (
    MAX_META_BYTES,
    EphemeralMessage,
    Member,
    PresenceDiff,
    PresenceState,
    encode_meta,
)
from channels_realtime.presence.registry import current_presence, find_group

__all__ = [
    "MAX_META_BYTES",
    "EphemeralMessage",
    "Member",
    "PresenceDiff",
    "PresenceState",
    "join",
    "leave",
    "list",
    "relay",
]


def join(socket: Socket, group: str, meta: msgspec.Struct) -> None:
    """Show the socket's user in a group, and send the socket who is in it.

    The socket soon gets PresenceState, and then PresenceDiff for each change. Call join() in the
    event loop, for example in connect() of a consumer; it waits for nothing. The user leaves when
    their last socket in the group ends. `meta` is what the others see of the user, such as a name;
    join again to change it. Raise ValueError for an anonymous user, an invalid group name, or
    `meta` above MAX_META_BYTES; TypeError unless it is a Struct; and ImproperlyConfigured for a
    channel layer that is neither in memory nor in Redis.

    With `login_required = False`, the socket of a user who logs out stays open, and the user in the
    group: call leave() in has_permission() when `scope["user"]` is anonymous.
    """
    user = socket.scope["user"]
    if not user.is_authenticated:
        raise ValueError("Presence shows users who are logged in, and this socket has none.")
    name, text = validate_group_name(group), encode_meta(meta)
    current_presence().join(name, socket, str(user.pk), text)


def leave(socket: Socket, group: str) -> None:
    """Remove a socket from a group before it ends. Do nothing if it is not in the group."""
    current_presence().leave(group, socket)


async def list(group: str) -> Sequence[Member]:  # noqa: A001  (as its users write presence.list)
    """Return everybody in a group, in any process of the site.

    Synchronous code calls `async_to_sync(presence.list)(group)`. Raise ValueError for an invalid
    name, ImproperlyConfigured as join() does, and what the client of Redis raises.
    """
    found = find_group(validate_group_name(group))
    if found is not None and found.is_loaded:
        return decode_metas(found.members())
    return decode_metas(await read_members(group))


async def relay(socket: Socket, group: str, message: EphemeralMessage) -> bool:
    """Pass a message on to the other sockets in a group, once: it is not stored or sent again.

    Return whether it was sent: not if the socket sends more than `message.rate` a second, or the
    channel layer is down. Raise ValueError unless the socket has joined the group.
    """
    found = current_presence().find(group)
    if found is None or socket not in found.users:
        raise ValueError(f"Join first: `presence.join(self, {group!r}, …)`.")
    return await found.relay(socket, message)
