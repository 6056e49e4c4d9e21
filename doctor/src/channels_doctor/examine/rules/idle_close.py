"""An error closes an idle socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import CLOSED_ABNORMALLY, CLOSED_WITH_ERROR, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "redis.exceptions.TimeoutError: Timeout reading from"

MAX_SECONDS = 20  # a proxy causes a later close
REDIS_TIMEOUT = (4.5, 7.5)  # seconds; redis-py 8 and the layer's own read both end after five
FIX = '"hosts": [{"address": "redis://…", "socket_timeout": None}]'


def check(project: Project) -> Iterator[Finding]:
    """Find an idle socket that an error closes, and not the application with its own code."""
    idle = Check(project, "idle")
    if idle.outcome not in {CLOSED_WITH_ERROR, CLOSED_ABNORMALLY} or idle.seconds > MAX_SECONDS:
        return
    how = "closed with 1011" if idle.outcome == CLOSED_WITH_ERROR else "cut"
    message = f"An idle socket is {how} after {idle.seconds:g} seconds{idle.error_suffix}."
    if _is_redis(idle):
        yield Finding(message + _cause(idle), project.settings["CHANNEL_LAYERS"].location, FIX)
    else:
        yield Finding(message, idle.location)


def _is_redis(idle: Check) -> bool:
    if idle.error:
        return idle.error.startswith(("redis.", "valkey.")) and "TimeoutError" in idle.error
    return idle.outcome == CLOSED_WITH_ERROR and REDIS_TIMEOUT[0] < idle.seconds < REDIS_TIMEOUT[1]


def _cause(idle: Check) -> str:
    cause = "The cause is" if idle.error else "The cause may be"
    return f" {cause} the 5-second limit of redis-py 8. Set `socket_timeout` to None."
