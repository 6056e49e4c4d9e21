"""The release of Daphne that a project uses, where its vulnerabilities matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..packages.version_numbers import parse_version

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

FIXED = (4, 2, 2)  # the release without known vulnerabilities


class DaphneRelease(NamedTuple):
    """A version of Daphne, the place of its pin if it has one, and how it was found."""

    version: tuple[int, ...]
    location: Location | None
    depth: str


def vulnerable_daphne(project: Project) -> DaphneRelease | None:
    """Return the pinned or else the installed Daphne if it is older than FIXED and may serve."""
    if _starts_other_servers(project):
        return None
    pin, version = project.pins.get("daphne"), project.version("daphne")
    if pin and parse_version(pin.version) < FIXED:
        return DaphneRelease(parse_version(pin.version), pin.location, "source")
    if version and version < FIXED:
        return DaphneRelease(version, None, project.version_depth("daphne"))
    return None


def _starts_other_servers(project: Project) -> bool:
    """Return whether the deployment starts servers, and none of them is Daphne."""
    servers = {each.program for each in project.commands if each.is_server}
    return bool(servers) and "daphne" not in servers
