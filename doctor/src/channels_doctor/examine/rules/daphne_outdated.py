"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.application import served_applications
from ..channels.daphne_release import vulnerable_daphne
from ..channels.release import OLDEST_MAINTAINED, is_first_channels, major_version
from ..channels.unported_code import must_be_ported
from ..finding import Finding
from ..packages.pinned_versions import is_package_list
from ..packages.python_release import newest_python
from ..packages.requirements import (
    is_in_production,
    requirement_location,
    requirements_for,
    requires_other_server,
)
from ..packages.upgrades import PORT, upgrade_advice, upgraded
from ..packages.version_numbers import version_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"


def check(project: Project) -> Iterator[Finding]:
    """Find a pinned or an installed version below the release that fixes both vulnerabilities."""
    release = vulnerable_daphne(project)
    if release is None or must_be_ported(project) or is_first_channels(project):
        return
    if _serves_no_sockets(project) or _is_for_tests(project) or _is_unused(project):
        return
    major = major_version(project)
    is_old = major is not None and major < OLDEST_MAINTAINED  # they require Daphne < 4
    if is_old and not any(each.program == "daphne" for each in project.commands):
        return
    if is_old:
        advice = f"Channels {major} does not go with the fixed 4.2.3: port the code to Channels 4."
        fix = PORT
    else:
        requirements = upgraded(project, "daphne")
        advice = upgrade_advice("4.2.3", requirements, newest_python(project))
        fix = "\n".join(requirements)
    number = version_text(release.version)
    message = (
        f"Daphne {number} accepts messages of any size (CVE-2026-44545) and forged"
        f" handshake headers (CVE-2026-44546). {advice}"
    )
    location = release.location or requirement_location(project, "daphne")
    yield Finding(message, location, fix, depth=release.depth)


def _serves_no_sockets(project: Project) -> bool:
    """Return whether each application is known, and none accepts the handshake of a WebSocket."""
    served = served_applications(project)
    return bool(served) and all(
        each.is_complete and "websocket" not in each.protocols for each in served
    )


def _is_for_tests(project: Project) -> bool:
    """Return whether only groups and files for development or tests require Daphne."""
    is_required = any(requirements_for(project, "daphne"))
    return is_required and not is_in_production(project, "daphne")


def _is_unused(project: Project) -> bool:
    """Return whether the project has another ASGI server, and nothing starts or names Daphne."""
    return requires_other_server(project) and not _is_named(project)


def _is_named(project: Project) -> bool:
    """Return whether settings, which may be unknown, or files besides requirements name Daphne."""
    apps = project.settings["INSTALLED_APPS"]
    if not apps.is_complete or any("daphne" in str(each) for each in apps.items):
        return True
    files = (file for file in project.deployment_files if not is_package_list(file.path))
    return any(b"daphne" in (file.read() or b"").lower() for file in files)
