"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.daphne_release import vulnerable_daphne
from ..channels.release import OLDEST_MAINTAINED, major_version
from ..channels.unported_code import must_be_ported
from ..finding import Finding
from ..packages.requirements import requirement_location
from ..packages.upgrades import upgraded, with_others
from ..packages.version_numbers import version_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"


def check(project: Project) -> Iterator[Finding]:
    """Find a pinned or an installed version below the release that fixes both vulnerabilities."""
    release = vulnerable_daphne(project)
    if release is None or must_be_ported(project):
        return
    major = major_version(project)
    needs_channels = major is not None and major < OLDEST_MAINTAINED  # they require Daphne < 4
    requirements = upgraded(project, "daphne", *["channels"] * needs_channels)
    number = version_text(release.version)
    message = (
        f"Daphne {number} accepts messages of any size (CVE-2026-44545) and forged"
        f" handshake headers (CVE-2026-44546). Upgrade to 4.2.3{with_others(requirements)}."
    )
    location = release.location or requirement_location(project, "daphne")
    yield Finding(message, location, "\n".join(requirements), depth=release.depth)
