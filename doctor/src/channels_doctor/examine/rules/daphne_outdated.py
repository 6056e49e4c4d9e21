"""The Daphne release has two known vulnerabilities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.daphne_release import vulnerable_daphne
from ..channels.release import OLDEST_MAINTAINED, is_first_channels, major_version
from ..channels.unported_code import is_for_older_channels, must_be_ported
from ..deployment.commands import is_development_file
from ..deployment.servers import servers
from ..deployment.unused_sockets import has_unused_sockets
from ..finding import Finding
from ..packages.pinned_versions import LOCK_FILES, is_package_list
from ..packages.python_release import newest_python
from ..packages.requirements import (
    is_in_production,
    requirement_location,
    requirements_for,
    requires_other_server,
)
from ..packages.upgrades import PORT, upgrade_advice, upgrade_fix, upgraded
from ..packages.version_numbers import version_text
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..files import File
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CVE-2026-44545"

RUNSERVER = "manage.py runserver"
OTHER_SERVER = re.compile(r"\b(uvicorn|hypercorn|granian)\b[^\n]{0,200}\basgi\b", re.IGNORECASE)


def check(project: Project) -> Iterator[Finding]:
    """Find a pinned or an installed version below the release that fixes both vulnerabilities."""
    release = vulnerable_daphne(project)
    if release is None or must_be_ported(project) or is_first_channels(project):
        return
    if has_unused_sockets(project) or _is_for_tests(project) or _is_unused(project):
        return
    if is_demo_or_deprecated(project) or _is_installed_unlocked(project, release.location):
        return
    major = major_version(project)
    is_old = _is_old(project, major)
    if is_old and not any(each.program == "daphne" for each in project.commands):
        return
    if is_old:
        what = f"Channels {major}" if major else "The code is for an old Channels, which"
        advice = f"{what} does not go with the fixed 4.2.3: port the code to Channels 4."
        fix = PORT
    else:
        requirements = upgraded(project, "daphne")
        advice = upgrade_advice("4.2.3", requirements, newest_python(project))
        fix = upgrade_fix(project, requirements, release.location)
    number = version_text(release.version)
    message = (
        f"Daphne {number} accepts messages of any size (CVE-2026-44545) and forged"
        f" handshake headers (CVE-2026-44546). {advice}"
    )
    location = release.location or requirement_location(project, "daphne")
    yield Finding(message, location, fix, depth=release.depth)


def _is_old(project: Project, major: int | None) -> bool:
    """Return whether the project is for a Channels before 4, which requires Daphne below 4."""
    return is_for_older_channels(project) if major is None else major < OLDEST_MAINTAINED


def _is_for_tests(project: Project) -> bool:
    """Return whether only groups and files for development or tests require Daphne."""
    is_required = any(requirements_for(project, "daphne"))
    return is_required and not is_in_production(project, "daphne")


def _is_installed_unlocked(project: Project, location: Location | None) -> bool:
    """Return whether a lock file alone pins Daphne, and a list for pip leaves the release open."""
    is_locked = location is not None and location.path.rpartition("/")[2] in LOCK_FILES
    lists = [each for each in requirements_for(project, "daphne") if "==" not in each.versions]
    return is_locked and any(each.location.path.endswith(".txt") for each in lists)


def _is_unused(project: Project) -> bool:
    """Return whether nothing starts Daphne, or only `runserver` does.

    A file that starts the other server shows that the app in the settings is for `runserver`.
    """
    if _is_in_files(project):
        return False
    if not _is_installed(project) or _is_local(project):
        return True
    return requires_other_server(project) and any(map(_starts_other, project.deployment_files))


def _is_local(project: Project) -> bool:
    """Return whether only developers start the project: for no hosts, or by `runserver`."""
    if any(each.is_server for each in project.commands):
        return False
    is_run = any(RUNSERVER in file.text() for file in project.deployment_files)
    is_for_debug = is_run and project.settings["DEBUG"].value is not False
    return is_for_debug or project.settings["ALLOWED_HOSTS"].value in ([], ())


def _starts_other(file: File) -> bool:
    is_list = is_package_list(file.path) or file.path.endswith((".md", ".rst", ".txt"))
    return not is_list and bool(OTHER_SERVER.search(file.text()))


def _is_installed(project: Project) -> bool:
    """Return whether INSTALLED_APPS, which may be unknown, has Daphne."""
    apps = project.settings["INSTALLED_APPS"]
    return not apps.is_complete or any("daphne" in str(each) for each in apps.items)


def _is_in_files(project: Project) -> bool:
    """Return whether a file besides the requirements and the settings names Daphne.

    A file for development does not count where another server is for production.
    """
    settings = {each.path for each in project.settings.modules}
    is_served = any(servers(project))
    return any(
        b"daphne" in (file.read() or b"").lower()
        for file in project.deployment_files
        if not is_package_list(file.path) and file.path not in settings
        if not (is_served and is_development_file(file.path))
    )
