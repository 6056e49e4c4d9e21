"""Everybody in a group, for code outside of its sockets."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from channels_realtime.presence.backends import make_store
from channels_realtime.presence.messages import Member
from channels_realtime.presence.roster import Roster


async def read_members(group: str) -> Sequence[Member]:
    """Read a group from the store, over a connection of its own."""
    roster, store = Roster(), make_store("")
    try:
        shares = await store.read(group, await store.processes(group))
    finally:
        await store.close()
    for process, share in shares.items():
        roster.replace(process, share.entries)
    return roster.members()


def decode_metas(members: Sequence[Member]) -> Sequence[Member]:
    """Return the members with `meta` as a dict."""
    return [replace(each, meta=msgspec.json.decode(each.meta)) for each in members]
