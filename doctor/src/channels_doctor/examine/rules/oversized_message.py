"""The server accepts a message of more than 1 MiB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "live"
SYMPTOM = "The server's memory grows with the messages of a single client."


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that reads a message of 1 MiB and one byte, and stays open silently."""
    large = Check(project, "oversized")
    if large.outcome == "open" and large.data.get("read") and not large.data.get("answered"):
        message = (
            f"{large.server} and the consumer accept a message of more than 1 MiB, so a few clients"
            " can fill the memory. Check the size."
        )
        yield Finding(message, fix="if len(text_data) > 65536: await self.close(4009)")
