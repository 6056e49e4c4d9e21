"""A socket dies while nobody says anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import ABNORMAL, FAILED, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "redis.exceptions.TimeoutError: Timeout reading from"

SOON = 20  # seconds: what happens later through a proxy is the proxy's
REDIS = (4.5, 7.5)  # seconds: both redis-py 8 and the layer's own read give up after five
FIX = '"hosts": [{"address": "redis://…", "socket_timeout": None}]'


def check(project: Project) -> Iterator[Finding]:
    """Find a quiet socket that an error ends; with a code of its own the application means it."""
    idle = Check(project, "idle")
    if idle.outcome not in {FAILED, ABNORMAL} or idle.seconds > SOON:
        return
    how = "closed with 1011" if idle.outcome == FAILED else "cut"
    message = (
        f"A socket on which nothing is said is {how} after {idle.seconds:g} seconds{idle.because}."
    )
    if _is_redis(idle):
        yield Finding(message + _cause(idle), project.setting("CHANNEL_LAYERS").place, FIX)
    else:
        yield Finding(message, idle.place)


def _is_redis(idle: Check) -> bool:
    if idle.error:
        return idle.error.startswith(("redis.", "valkey.")) and "TimeoutError" in idle.error
    return idle.outcome == FAILED and REDIS[0] < idle.seconds < REDIS[1]


def _cause(idle: Check) -> str:
    sure = "is" if idle.error else "may be"
    return f" This {sure} redis-py 8: it gives up a read after 5 seconds, as long as the layer waits for a message."
