"""What the processes of a site know of each other's users, in a form that each store keeps."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from channels_realtime.presence.roster import Entry

Entries = Mapping[str, Entry | None]


class Share(NamedTuple):
    """The users of one process in a group. Each change gives the share a higher version."""

    version: int
    entries: Entries


class StoredGroup(NamedTuple):
    """What a store has of a group: whether the own share, and the versions of the others.

    A version is None where there is no share: its process has ended, or the store has lost it.
    """

    has_own: bool
    versions: dict[str, int | None]


class PresenceStore(Protocol):
    """Keep the share of each process of a group, until the process stops renewing it.

    Every method raises what the client of the store raises.
    """

    async def update(self, group: str, version: int, entries: Entries) -> bool:
        """Change some entries of the own share. Return False if the store has lost the share."""

    async def replace(self, group: str, version: int, entries: Entries) -> None:
        """Store the own share; delete it if there are no entries."""

    async def processes(self, group: str) -> set[str]:
        """Return the other processes that may have a share."""

    async def read(self, group: str, processes: Collection[str]) -> dict[str, Share]:
        """Return the shares of those of the processes that have one."""

    async def renew(self, groups: Mapping[str, Collection[str]]) -> dict[str, StoredGroup]:
        """Renew the own shares of the groups, and return what is stored of the named processes."""

    async def forget(self, group: str, process: str) -> None:
        """Do not return a process from processes() that has ended."""

    async def close(self) -> None:
        """Close the connections."""


class MemoryStore:
    """There are no other processes."""

    async def update(self, group: str, version: int, entries: Entries) -> bool:
        """Return True: nothing is lost."""
        return True

    async def replace(self, group: str, version: int, entries: Entries) -> None:
        """Do nothing."""

    async def processes(self, group: str) -> set[str]:
        """Return no process."""
        return set()

    async def read(self, group: str, processes: Collection[str]) -> dict[str, Share]:
        """Return no share."""
        return {}

    async def renew(self, groups: Mapping[str, Collection[str]]) -> dict[str, StoredGroup]:
        """Return nothing: there is nothing to renew."""
        return {}

    async def forget(self, group: str, process: str) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""
