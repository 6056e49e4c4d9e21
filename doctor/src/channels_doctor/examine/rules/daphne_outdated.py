"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.release import OLDEST_MAINTAINED, major_version
from ..finding import Finding
from ..packages.requirements import requirement_location
from ..packages.upgrades import upgraded, with_others
from ..packages.version_numbers import parse_version, version_text

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"

FIXED = (4, 2, 2)


def check(project: Project) -> Iterator[Finding]:
    """Find a pinned or an installed version below the release that fixes both vulnerabilities."""
    if _starts_other_servers(project):
        return
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
    requirements = upgraded(project, "daphne", *["channels"] * needs_channels)
    message = (
        f"Daphne {version_text(version)} accepts messages of any size (CVE-2026-44545) and forged"
        f" handshake headers (CVE-2026-44546). Upgrade to 4.2.3{with_others(requirements)}."
    )
    return Finding(message, location, "\n".join(requirements), depth=depth)


def _starts_other_servers(project: Project) -> bool:
    """Return whether the deployment starts servers, and none of them is Daphne."""
    servers = {command.program for command in project.commands if command.is_server}
    apps = project.settings["INSTALLED_APPS"]
    return bool(servers) and "daphne" not in servers and apps.is_complete and not _is_app(apps)


def _is_app(apps: Setting) -> bool:
    return any(str(each).partition(".")[0] == "daphne" for each in apps.items)
