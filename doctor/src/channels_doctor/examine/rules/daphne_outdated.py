"""This Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..packages.requirements import asked

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"

FIXED = (4, 2, 2)


def check(project: Project) -> Iterator[Finding]:
    """Find a known version below the one that mended both; where nothing tells the version, nothing is said."""
    version = project.version("daphne")
    if version and version < FIXED:
        installed = "daphne" in (project.facts.get("versions") or {})
        place = next((each.place for each in asked(project, "daphne")), None)
        message = (
            f"Daphne {'.'.join(map(str, version))} reads a WebSocket message of any size into memory (CVE-2026-44545) "
            "and lets a client smuggle headers into the handshake, Origin among them (CVE-2026-44546)."
        )
        yield Finding(
            message, place, "daphne>=4.2.3,<5", depth="settings" if installed else "source"
        )
