"""The handshake fails with an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import (
    CLIENT_ERROR,
    CLOSED_ABNORMALLY,
    CLOSED_WITH_ERROR,
    REDIRECTION,
    SERVER_ERROR,
    Check,
)

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "server rejected WebSocket connection: HTTP 500"

FAILED_OUTCOMES = {
    CLOSED_ABNORMALLY,
    CLOSED_WITH_ERROR,
    "no answer",
    "bad handshake",
    "unreachable",
    "failed",
}
# Exceptions that the invented address may cause.
ERRORS_OF_THE_ADDRESS = re.compile(
    r"(\w+\.)*(KeyError|IndexError|Http404|\w*DoesNotExist|ValueError: No route found)\b"
)


def check(project: Project) -> Iterator[Finding]:
    """Find a handshake that fails for the own Origin, unless the channel layer is the cause."""
    own = Check(project, "own-origin")
    fails = own.outcome in FAILED_OUTCOMES or _fails_with(own)
    if not fails or (
        own.error and _error_type(own.error) == _error_type(Check(project, "round-trip").error)
    ):
        return
    target = (
        f" to {own.data['location']}"
        if own.status_class == REDIRECTION and own.data.get("location")
        else ""
    )
    message = f"{own.route} opens no socket: {_describe(own)}{target}{own.error_suffix}."
    yield Finding(
        message, own.location, severity="info" if ERRORS_OF_THE_ADDRESS.match(own.error) else None
    )


def _fails_with(own: Check) -> bool:
    """Return whether a status is a failure; a proxy without the Upgrade header is another rule."""
    if own.is_url:
        return own.status_class in {REDIRECTION, SERVER_ERROR}
    return own.status_class in {REDIRECTION, CLIENT_ERROR, SERVER_ERROR} and own.status not in {
        401,
        403,
    }


def _describe(own: Check) -> str:
    if own.status:
        why = ", and browsers do not follow a redirect" if own.status_class == REDIRECTION else ""
        return f"the server answers the handshake with {own.status}{why}"
    return {
        CLOSED_ABNORMALLY: "it is cut at once",
        CLOSED_WITH_ERROR: "it is closed at once with 1011",
    }.get(own.outcome, own.outcome)


def _error_type(error: str) -> str:
    return error.partition(":")[0]
