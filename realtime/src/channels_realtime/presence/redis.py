"""The shares of a group in Redis: a hash for each process, and a set of the processes.

Only its own process writes to a hash, and Redis deletes it when the process has not renewed it for
half of REALTIME_PRESENCE_SECONDS. So a process that is killed leaves nothing for ever, and the
machines need no common time.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from channels_realtime.conf import conf
from channels_realtime.layers.redis import key_prefix, open_client
from channels_realtime.presence.roster import decode_entry, encode_entry
from channels_realtime.presence.stores import Entries, Share, StoredGroup

VERSION = ""  # the field of a hash with its version; the others are users
LIFETIME = 0.5  # of a share that is not renewed, in REALTIME_PRESENCE_SECONDS
MAX_CONNECTIONS = 8  # to Redis, of one event loop
INDEX_SECONDS = 3600  # for the set of processes, which each of them renews


class RedisStore:
    """The shares in the Redis of the channel layer."""

    def __init__(self, process: str) -> None:
        self._process, self._client = process, open_client()
        # After an outage all groups are stored again at once.
        self._limit = asyncio.Semaphore(MAX_CONNECTIONS)
        self._prefix = f"{key_prefix()}.presence"

    def _index(self, group: str) -> str:
        return f"{self._prefix}:{group}"

    def _share(self, group: str, process: str = "") -> str:
        return f"{self._prefix}:{group}:{process or self._process}"

    async def update(self, group: str, version: int, entries: Entries) -> bool:
        """Change some entries of the own share. Return False if Redis has lost the share."""
        share, [there, gone] = self._share(group), split(entries)
        async with self._limit, self._client.pipeline(transaction=True) as pipe:
            pipe.exists(share)
            pipe.hset(share, mapping={VERSION: version, **there})
            if gone:
                pipe.hdel(share, *gone)
            self._keep(pipe, share)
            return bool((await pipe.execute())[0])

    async def replace(self, group: str, version: int, entries: Entries) -> None:
        """Store the own share; delete it if there are no entries."""
        index, share, [there, _] = self._index(group), self._share(group), split(entries)
        async with self._limit, self._client.pipeline(transaction=True) as pipe:
            pipe.delete(share)
            if there:
                pipe.hset(share, mapping={VERSION: version, **there})
                self._keep(pipe, share)
                pipe.sadd(index, self._process)
                pipe.expire(index, INDEX_SECONDS)
            else:
                pipe.srem(index, self._process)
            await pipe.execute()

    async def processes(self, group: str) -> set[str]:
        """Return the other processes that may have a share."""
        async with self._limit:
            found = await self._client.smembers(self._index(group))
        return {each.decode() for each in found} - {self._process}

    async def read(self, group: str, processes: Collection[str]) -> dict[str, Share]:
        """Return the shares of those of the processes that have one."""
        async with self._limit, self._client.pipeline(transaction=False) as pipe:
            for process in processes:
                pipe.hgetall(self._share(group, process))
            found = zip(processes, await pipe.execute(), strict=True)
        return {process: decode_share(fields) for process, fields in found if fields}

    async def renew(self, groups: Mapping[str, Collection[str]]) -> dict[str, StoredGroup]:
        """Renew the own shares of the groups, and return what is stored of the named processes."""
        async with self._limit, self._client.pipeline(transaction=False) as pipe:
            for group, processes in groups.items():
                self._keep(pipe, self._share(group))
                pipe.sadd(self._index(group), self._process)
                pipe.expire(self._index(group), INDEX_SECONDS)
                pipe.smembers(self._index(group))
                for process in processes:
                    pipe.hget(self._share(group, process), VERSION)
            answers = iter(await pipe.execute())
        return {group: self._read_stored(answers, known) for group, known in groups.items()}

    def _read_stored(self, answers: Iterator[Any], known: Collection[str]) -> StoredGroup:
        has_own, _, _, listed = (next(answers) for _ in range(4))
        versions = {process: next(answers) for process in known}
        new = {each.decode() for each in listed} - {self._process, *known}
        return StoredGroup(
            bool(has_own),
            {process: version and int(version) for process, version in versions.items()}
            | dict.fromkeys(new, 1),  # the lowest version: the share is read
        )

    def _keep(self, pipe: Any, share: str) -> None:
        pipe.pexpire(share, int(conf.PRESENCE_SECONDS * LIFETIME * 1000))

    async def forget(self, group: str, process: str) -> None:
        """Do not return a process from processes() that has ended."""
        async with self._limit:
            await self._client.srem(self._index(group), process)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose(close_connection_pool=True)


def split(entries: Entries) -> tuple[dict[str, str], list[str]]:
    """Return the texts of the entries, and the users without one."""
    there = {user: encode_entry(entry) for user, entry in entries.items() if entry is not None}
    return there, [user for user in entries if user not in there]


def decode_share(fields: Mapping[bytes, bytes]) -> Share:
    """Return the share in the fields of a hash."""
    users = {name.decode(): text for name, text in fields.items() if name != VERSION.encode()}
    version = int(fields.get(VERSION.encode(), 0))
    return Share(version, {user: decode_entry(text) for user, text in users.items()})
