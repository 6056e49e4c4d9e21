"""No socket can be opened: the handshake ends with an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import ABNORMAL, CLIENT, FAILED, REDIRECT, SERVER, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "server rejected WebSocket connection: HTTP 500"

ENDED = {ABNORMAL, FAILED, "no answer", "bad handshake", "unreachable", "failed"}
# What the address may be to blame for, which we have made up.
MADE_UP = re.compile(
    r"(\w+\.)*(KeyError|IndexError|Http404|\w*DoesNotExist|ValueError: No route found)\b"
)


def check(project: Project) -> Iterator[Finding]:
    """Find a handshake that fails for our own Origin; an error of the layer itself is another rule's."""
    own = Check(project, "own-origin")
    fails = own.outcome in ENDED or _fails_with(own)
    if not fails or (own.error and _kind(own.error) == _kind(Check(project, "round-trip").error)):
        return
    told = (
        f" to {own.said['location']}" if own.family == REDIRECT and own.said.get("location") else ""
    )
    message = f"{own.route} opens no socket: {_say(own)}{told}{own.because}."
    yield Finding(message, own.place, severity="info" if MADE_UP.match(own.error) else None)


def _fails_with(own: Check) -> bool:
    """Return whether a status is a failure; behind a proxy, some mean that it has lost the Upgrade header."""
    if own.is_url:
        return own.family in {REDIRECT, SERVER}
    return own.family in {REDIRECT, CLIENT, SERVER} and own.status not in {401, 403}


def _say(own: Check) -> str:
    if own.status:
        why = ", and browsers follow no redirect here" if own.family == REDIRECT else ""
        return f"the handshake is answered with {own.status}{why}"
    return {ABNORMAL: "it is cut at once", FAILED: "it is closed at once with 1011"}.get(
        own.outcome, own.outcome
    )


def _kind(error: str) -> str:
    return error.partition(":")[0]
