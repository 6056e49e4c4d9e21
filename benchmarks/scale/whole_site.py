"""The CPU time of a handshake and a stored message in a real deployment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from support.chat_room import ChatRoom
from usage import cpu_seconds

if TYPE_CHECKING:
    from support.deployment import Deployment


def used_cpu(site: Deployment) -> dict[str, float]:
    """Return the CPU seconds of nginx, PostgreSQL, Redis and the server processes."""
    running = {
        name: process.pid for host in site.hosts.values() for name, process in host.running.items()
    }
    parts = {name: cpu_seconds(running[name]) for name in ("nginx", "postgres", "redis")}
    return {
        "web": sum(cpu_seconds(each.host.running[each.unit].pid) for each in site.web_servers),
        **parts,
    }


def difference(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    """Return the CPU seconds of each part, divided by `count`."""
    return {name: (after[name] - before[name]) / count for name in before}


def handshakes_and_messages(
    site: Deployment, name: str, messages: int
) -> tuple[dict[str, float], float, dict[str, float]]:
    """Return the CPU seconds of a handshake, handshakes per second, and the CPU of a message."""
    clients = len(site.cookies)
    before, started = used_cpu(site), time.monotonic()
    room = ChatRoom(site, name)
    try:
        room.wait_until_live()
        rate, connected = clients / (time.monotonic() - started), used_cpu(site)
        room.execute("start_sending")
        room.wait_until_stored(messages)
        room.stop_sending()
        handshake = difference(before, connected, clients)
        return handshake, rate, difference(connected, used_cpu(site), room.stored())
    finally:
        room.close()
