"""Server processes that are killed: each client gets what was committed, and gets it once."""

import asyncio
import contextlib
import signal
import sqlite3
from contextlib import AsyncExitStack, ExitStack

import pytest

from channels_realtime.testing.waiting import wait_until
from support.live_servers import SERVERS, live_sites
from support.websocket_clients import connect_clients

pytestmark = pytest.mark.slow  # each case starts three or four servers

ENTRIES = 10  # that a publisher writes before and after a process is killed
PUBLISHER, LISTENER = 0, 1
SIDES = {"publisher": [PUBLISHER], "listener": [LISTENER], "both": [PUBLISHER, LISTENER]}


class Follower:
    """A client that follows the journal, over one socket after the other."""

    def __init__(self):
        self._before, self._client = [], None

    async def connect(self, stack, site):
        """Connect, and request what was missed since the last socket."""
        if self._client:
            self._before = self.numbers()
        [self._client] = await stack.enter_async_context(connect_clients([site]))
        await self._client.send("test.resume", after=max(self._before, default=0))
        await wait_until(lambda: "test.resumed" in self._types(), "the resume is answered")

    def _types(self):
        return [frame["type"] for frame in self._client.frames]

    def numbers(self):
        """Return the numbers of all entries. An answer to a resume repeats those before it."""
        start = self._types().index("test.resumed")
        return self._before + [frame["seq"] for frame in self._client.frames[start + 1 :]]


class Room:
    """Two server processes with two followers each. The first process publishes."""

    def __init__(self, servers, folder, **variables):
        self._servers, self._folder, self._variables = servers, folder, variables
        self.sites, self.followers = [None, None], [[Follower(), Follower()] for _ in servers]
        self.written = 0

    async def start(self, stack, sockets, side):
        """Start a process, and connect its followers."""
        [self.sites[side]] = stack.enter_context(
            live_sites(self._folder, [self._servers[side]], **self._variables)
        )
        for follower in self.followers[side]:
            await follower.connect(sockets, self.sites[side])

    async def write(self, sockets, *, dies=False):
        """Write entries; the publisher may die between the last commit and its event."""
        [writer] = await sockets.enter_async_context(connect_clients([self.sites[PUBLISHER]]))
        for number in range(1, ENTRIES + 1):
            await writer.send("test.write", text="entry", dies=dies and number == ENTRIES)
        self.written += ENTRIES

    async def wait_for(self, count, sides):
        """Wait until all followers of these sides have received that many entries."""
        followers = [each for side in sides for each in self.followers[side]]
        await wait_until(
            lambda: all(len(each.numbers()) >= count for each in followers), f"{count} entries"
        )

    async def kill(self, sockets, sides):
        """Write, and kill these processes meanwhile."""
        await self.write(sockets, dies=PUBLISHER in sides)
        await self.wait_for(1, [LISTENER])
        if LISTENER in sides:
            self.sites[LISTENER].process.kill()
        if PUBLISHER not in sides:
            await self.write(sockets)
        await wait_until(lambda: self.stored() == self.written, "all is committed")
        for side in sides:
            assert await asyncio.to_thread(self.sites[side].process.wait) == -signal.SIGKILL

    def stored(self):
        """Return the number of committed entries."""
        with contextlib.closing(sqlite3.connect(self._folder / "journal", timeout=60)) as file:
            return file.execute("SELECT count(*) FROM entry").fetchone()[0]


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("kind", ["redis", "redis+core"])
@pytest.mark.parametrize("is_swapped", [False, True])
async def test_followers_get_every_committed_entry_once_although_some_processes_are_killed(
    tmp_path, valkey, sides, kind, is_swapped
):
    """Daphne publishes, or uvicorn if they are swapped."""
    killed, servers = SIDES[sides], SERVERS[::-1] if is_swapped else SERVERS
    layer = {"CHANNEL_LAYER_URL": valkey.url(kind), "CHANNEL_LAYER_PREFIX": tmp_path.name}
    room = Room(servers, tmp_path, CHECK_SECONDS="1", **layer)
    with ExitStack() as processes:
        async with AsyncExitStack() as sockets:
            for side in (PUBLISHER, LISTENER):
                await room.start(processes, sockets, side)
            await room.kill(sockets, killed)
            await room.wait_for(room.written, {PUBLISHER, LISTENER} - {*killed})
            for side in killed:
                await room.start(processes, sockets, side)
            await room.write(sockets)
            await room.wait_for(room.written, [PUBLISHER, LISTENER])
    expected = list(range(1, room.written + 1))
    assert [each.numbers() for pair in room.followers for each in pair] == [expected] * 4
