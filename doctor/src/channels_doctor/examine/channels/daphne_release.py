"""The release of Daphne that a project uses, where its vulnerabilities matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..packages.version_numbers import parse_version

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..settings.project_settings import Setting

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
    servers = {command.program for command in project.commands if command.is_server}
    apps = project.settings["INSTALLED_APPS"]
    return bool(servers) and "daphne" not in servers and apps.is_complete and not _is_app(apps)


def _is_app(apps: Setting) -> bool:
    return any(str(each).partition(".")[0] == "daphne" for each in apps.items)
