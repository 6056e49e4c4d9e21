"""Who is in a group, by the process that serves them, and which changes are not sent yet."""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from channels_realtime.presence.messages import Member, PresenceDiff


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """A user's sockets in one process: how many, and the `meta` of the latest join.

    `joined` is the time of that join, in milliseconds since 1970.
    """

    joined: int
    sockets: int
    meta: msgspec.Raw


_entries = msgspec.json.Decoder(Entry)


def encode_entry(entry: Entry | None) -> str:
    """Return the text of an entry, which is empty for a user who has left."""
    return msgspec.json.encode(entry).decode() if entry is not None else ""


def decode_entry(text: str | bytes) -> Entry | None:
    """Return the entry in a text of encode_entry()."""
    return _entries.decode(text) if text else None


class Roster:
    """The users of one group. Only one process, the owner, changes an entry of a user."""

    def __init__(self) -> None:
        self._users: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self._changed: dict[str, None] = {}  # a set that keeps its order

    def update(self, process: str, entries: Mapping[str, Entry | None]) -> None:
        """Set a process's entries of some users; None means that it has none of the user."""
        for user, entry in entries.items():
            before = self._users[user].get(process)
            if entry is not None:
                self._users[user][process] = entry
            elif before is not None:
                del self._users[user][process]
            if not self._users[user]:
                del self._users[user]
            if entry != before:
                self._changed[user] = None

    def replace(self, process: str, entries: Mapping[str, Entry | None]) -> None:
        """Set all entries of a process: it has no others."""
        gone = [user for user, found in self._users.items() if process in found]
        self.update(process, {**dict.fromkeys(gone), **entries})

    def members(self) -> list[Member]:
        """Return everybody. Any thread may call it."""
        copies = [(user, dict(entries)) for user, entries in list(self._users.items())]
        return [member_of(user, entries) for user, entries in copies if entries]

    def take_changes(self, group: str) -> PresenceDiff | None:
        """Return what has changed since the last call, or None."""
        changed, self._changed = self._changed, {}
        if not changed:
            return None
        joins = [member_of(user, self._users[user]) for user in changed if user in self._users]
        return PresenceDiff(group, joins, [user for user in changed if user not in self._users])


def member_of(user: str, entries: Mapping[str, Entry]) -> Member:
    """Return one member for a user with sockets in any number of processes."""
    # Every process must choose the same `meta`, also when two joins have the same time.
    latest = max(entries.items(), key=lambda item: (item[1].joined, item[0]))[1]
    return Member(user, sum(entry.sockets for entry in entries.values()), latest.meta)
