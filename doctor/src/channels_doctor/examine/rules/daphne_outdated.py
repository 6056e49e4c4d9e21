"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..packages.requirements import requirement_location
from ..packages.version_numbers import parse_version, version_text

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"

FIXED = (4, 2, 2)


def check(project: Project) -> Iterator[Finding]:
    """Find a pinned or an installed version below the release that fixes both vulnerabilities."""
    pin = project.pins.get("daphne")
    if pin and parse_version(pin.version) < FIXED:
        yield _finding(parse_version(pin.version), pin.location, "source")
        return
    version = project.version("daphne")
    if version and version < FIXED:
        location = requirement_location(project, "daphne")
        yield _finding(version, location, project.version_depth("daphne"))


def _finding(version: tuple[int, ...], location: Location | None, depth: str) -> Finding:
    message = (
        f"Daphne {version_text(version)} accepts messages of any size (CVE-2026-44545)"
        " and forged handshake headers (CVE-2026-44546). Upgrade to 4.2.3."
    )
    return Finding(message, location, "daphne>=4.2.3,<5", depth=depth)
