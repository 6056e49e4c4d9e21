"""What a handshake and a stored message cost nginx, the server processes, PostgreSQL and Redis on a real deployment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from room import Room
from usage import cpu

if TYPE_CHECKING:
    from deployment import Deployment


def used(site: Deployment) -> dict[str, float]:
    """Return the seconds of CPU that each part has used."""
    running = {
        name: process.pid for host in site.hosts.values() for name, process in host.running.items()
    }
    parts = {name: cpu(running[name]) for name in ("nginx", "postgres", "redis")}
    return {"web": sum(cpu(web.host.running[web.unit].pid) for web in site.webs), **parts}


def difference(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    """Return what each part has used for one of `count`."""
    return {name: (after[name] - before[name]) / count for name in before}


def handshakes_and_messages(
    site: Deployment, name: str, messages: int
) -> tuple[dict[str, float], float, dict[str, float]]:
    """Let a crowd come and talk: the CPU of a handshake, handshakes a second, and the CPU of a stored message."""
    people = len(site.cookies)
    before, started = used(site), time.monotonic()
    room = Room(site, name)
    try:
        room.wait_until_live()
        rate, come = people / (time.monotonic() - started), used(site)
        room.ask("talk")
        room.go_on(messages)
        room.hush()
        return difference(before, come, people), rate, difference(come, used(site), room.stored())
    finally:
        room.end()
