"""The channel layer delivers no message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "connecting to 127.0.0.1:6379"

LOST = "The message is sent without an error, and no page receives it."


def check(project: Project) -> Iterator[Finding]:
    """Find a message between two processes that failed or never arrived."""
    trip = Check(project, "round-trip")
    if trip.outcome not in {"error", "lost"}:
        return
    step = trip.data.get("step", "")
    if trip.outcome == "lost":
        message = (
            f"A group message did not reach another process within 6 seconds (while {step})."
            " Check the channel layer's address."
        )
    else:
        message = f"The channel layer fails{f' while {step}' if step else ''}: {trip.error}."
    location = project.settings["CHANNEL_LAYERS"].location
    fix = "Start the server that CHANNEL_LAYERS names, or correct its address."
    yield Finding(message, location, fix, symptom=trip.error or LOST)
