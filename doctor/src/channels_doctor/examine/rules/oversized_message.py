"""A message of more than a mebibyte is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "live"
SYMPTOM = "The server's memory grows with what a single client sends."


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that has read a message of 1 MiB and a byte, stays open, and does not complain."""
    large = Check(project, "oversized")
    if large.outcome == "open" and large.said.get("read") and not large.said.get("answered"):
        message = (
            f"{large.server} took a message of more than 1 MiB and the consumer did not refuse it: "
            "a few clients can fill the memory."
        )
        yield Finding(message, fix="if len(text_data) > 65536: await self.close(4009)")
