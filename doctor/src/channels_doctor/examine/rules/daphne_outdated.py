"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..packages.requirements import requirements_for

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
        installed = "daphne" in (project.facts.get("versions") or {})
        location = next((each.location for each in requirements_for(project, "daphne")), None)
        message = (
            f"Daphne {'.'.join(map(str, version))} accepts messages of any size (CVE-2026-44545)"
            " and forged handshake headers (CVE-2026-44546). Upgrade to 4.2.3."
        )
        yield Finding(
            message, location, "daphne>=4.2.3,<5", depth="settings" if installed else "source"
        )
