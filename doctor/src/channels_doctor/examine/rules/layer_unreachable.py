"""No message comes through the channel layer to another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "connecting to 127.0.0.1:6379"


def check(project: Project) -> Iterator[Finding]:
    """Find a round trip that failed or never arrived; the layer in memory is another rule's."""
    trip = Check(project, "round-trip")
    if trip.outcome not in {"error", "lost"}:
        return
    step = trip.said.get("step", "")
    if trip.outcome == "lost":
        message = (
            f"A message to a group did not reach another process within 6 seconds (while {step})."
        )
    else:
        message = f"The channel layer fails{f' while {step}' if step else ''}: {trip.error}."
    place = project.setting("CHANNEL_LAYERS").place
    yield Finding(message, place, "Start what CHANNEL_LAYERS names, or correct its address.")
