"""A restart of Redis under a chat with stored messages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from processes import Load
from servers import Side, serve
from table import AT_MOST, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale

SOCKETS = 20


def restart_redis(project: Project, scale: Scale, server: str) -> dict[str, float]:
    """Kill Redis under load, and start it again, empty, on the same port.

    Return the number of sockets `closed`, the number of deliveries `missing`, and the `seconds`
    from the restart, or from sending if that was later, until the last message had arrived.
    """
    path = f"/ws/chat/outage-{server}/"
    with serve(project, Side("ours", server)) as serving, Load(
        "chat", port=serving.port, path=path, cookies=project.people, sockets=SOCKETS
    ) as load:  # fmt: skip
        time.sleep(scale.before)
        project.valkey.terminate()
        time.sleep(scale.outage)
        project.valkey.start()
        restarted = time.monotonic()
        time.sleep(scale.after)
        result = load.result()
    seconds = max(arrived - max(sent, restarted) for sent, arrived in result["times"])
    return {"closed": result["closed"], "missing": result["missing"], "seconds": seconds}


def outage(project: Project, scale: Scale) -> Iterator[Row]:
    """Count closed sockets and missed messages, and measure the seconds until recovery."""
    for server in ("daphne", "uvicorn"):
        result = restart_redis(project, scale, server)
        work = f"Redis down for {scale.outage:g} s, {server}"
        yield Row(f"{work}: sockets closed", AT_MOST, 0, [result["closed"]], "")
        yield Row(f"{work}: missed deliveries", AT_MOST, 0, [result["missing"]], "")
        yield Row(f"{work}: until recovery", AT_MOST, 5, [result["seconds"]], "s")
