"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.release import OLDEST_MAINTAINED, major_version
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
        yield _finding(project, parse_version(pin.version), pin.location, "source")
        return
    version = project.version("daphne")
    if version and version < FIXED:
        location = requirement_location(project, "daphne")
        yield _finding(project, version, location, project.version_depth("daphne"))


def _finding(
    project: Project, version: tuple[int, ...], location: Location | None, depth: str
) -> Finding:
    major = major_version(project)
    needs_channels = major is not None and major < OLDEST_MAINTAINED  # they require Daphne < 4
    message = (
        f"Daphne {version_text(version)} accepts messages of any size (CVE-2026-44545) and forged"
        " handshake headers (CVE-2026-44546). Upgrade to 4.2.3"
        f"{', and Channels with it' if needs_channels else ''}."
    )
    fix = "channels>=4.3,<5\n" * needs_channels + "daphne>=4.2.3,<5"
    return Finding(message, location, fix, depth=depth)
