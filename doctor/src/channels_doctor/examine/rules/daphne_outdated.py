"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..packages.requirements import requirement_location
from ..packages.version_numbers import version_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"

FIXED = (4, 2, 2)


def check(project: Project) -> Iterator[Finding]:
    """Find a known version below the release that fixes both vulnerabilities."""
    version = project.version("daphne")
    if version and version < FIXED:
        location = requirement_location(project, "daphne")
        message = (
            f"Daphne {version_text(version)} accepts messages of any size (CVE-2026-44545)"
            " and forged handshake headers (CVE-2026-44546). Upgrade to 4.2.3."
        )
        yield Finding(message, location, "daphne>=4.2.3,<5", depth=project.version_depth("daphne"))
