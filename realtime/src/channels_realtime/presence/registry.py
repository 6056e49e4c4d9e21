"""The groups of a process in which it has users, and the regular renewal of their shares."""

import asyncio
from contextvars import Context
from functools import partial
from uuid import uuid4

import msgspec

from channels_realtime.conf import conf
from channels_realtime.hub.hub import Hub, current_hub
from channels_realtime.hub.loops import PerLoop
from channels_realtime.presence.backends import make_store
from channels_realtime.presence.group import PresenceGroup
from channels_realtime.presence.local import Socket
from channels_realtime.presence.process import Process

RENEWALS = 7  # in REALTIME_PRESENCE_SECONDS


class PresenceRegistry:
    """All groups of one event loop. It connects to the store when the first socket joins."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._groups: dict[str, PresenceGroup] = {}
        self._process: Process | None = None
        self._renewal: asyncio.Task[None] | None = None

    def find(self, name: str) -> PresenceGroup | None:
        """Return a group in which this process has users, or had some just now."""
        return self._groups.get(name)

    def join(self, name: str, socket: Socket, user: str, meta: msgspec.Raw) -> None:
        """Add a socket to a group, which it leaves when it ends."""
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = PresenceGroup(name, self._start(), self._remove)
        is_new = socket not in group.users
        group.add(socket, user, meta)
        if is_new:
            socket.cleanup.add(("presence", name), partial(self.leave, name, socket))

    def leave(self, name: str, socket: Socket) -> None:
        """Remove a socket from a group. Do nothing if it is not in it."""
        if (group := self._groups.get(name)) is not None:
            group.leave(socket)

    def _start(self) -> Process:
        if self._process is None:
            process_id = uuid4().hex[:16]
            self._process = Process(process_id, self._hub, make_store(process_id))
            self._renewal = asyncio.create_task(self._renew_regularly(), context=Context())
        return self._process

    def _remove(self, group: PresenceGroup) -> None:
        del self._groups[group.name]
        if not self._groups and self._process is not None and self._renewal is not None:
            self._renewal.cancel()
            self._hub.tasks.spawn(self._process.store.close())
            self._process = self._renewal = None

    async def _renew_regularly(self) -> None:
        while self._process is not None:
            await asyncio.sleep(conf.PRESENCE_SECONDS / RENEWALS)
            try:
                await self._renew(self._process)
                self._process.report_success()
            except Exception as error:
                self._process.report_failure(error)

    async def _renew(self, process: Process) -> None:
        known = {
            name: group.known_processes() for name, group in self._groups.items() if group.users
        }
        for name, stored in (await process.store.renew(known)).items():
            if name in self._groups:
                await self._groups[name].compare(stored)


_registries = PerLoop(lambda: PresenceRegistry(current_hub()))


def current_presence() -> PresenceRegistry:
    """Return the groups of the running event loop."""
    return _registries.current()


def find_group(name: str) -> PresenceGroup | None:
    """Return a group that the running event loop serves, or one of another thread, or None."""
    # Do not make a registry: this loop may end with a call of async_to_sync().
    current, running = _registries.find_current(), _registries.find_running()
    return (current and current.find(name)) or (running and running[1].find(name))
