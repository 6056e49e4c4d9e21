"""What a Redis that is killed and comes back does to a chat whose messages are stored."""

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


def survive(project: Project, scale: Scale, server: str) -> dict[str, float]:
    """Kill Redis under load and start it again, empty, on the same port.

    Returns how many sockets were `closed`, how many deliveries are `missing`, and `seconds`: how long after its return
    (or after being said, if that came later) the latest message had arrived everywhere.
    """
    path = f"/ws/chat/outage-{server}/"
    with serve(project, Side("ours", server)) as serving, Load(
        "chat", port=serving.port, path=path, cookies=project.people, sockets=SOCKETS
    ) as load:  # fmt: skip
        time.sleep(scale.before)
        project.valkey.terminate()
        time.sleep(scale.outage)
        project.valkey.start()
        back = time.monotonic()
        time.sleep(scale.after)
        result = load.result()
    seconds = max(heard - max(said, back) for said, heard in result["times"])
    return {"closed": result["closed"], "missing": result["missing"], "seconds": seconds}


def outage(project: Project, scale: Scale) -> Iterator[Row]:
    """No socket closes, all is well within five seconds, and everybody hears everything."""
    for server in ("daphne", "uvicorn"):
        result = survive(project, scale, server)
        work = f"Redis away for {scale.outage:g} s, {server}"
        yield Row(f"{work}: sockets closed", AT_MOST, 0, [result["closed"]], "")
        yield Row(f"{work}: messages that somebody missed", AT_MOST, 0, [result["missing"]], "")
        yield Row(f"{work}: until all is well", AT_MOST, 5, [result["seconds"]], "s")
