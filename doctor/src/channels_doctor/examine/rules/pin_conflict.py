"""Requirements exclude each other, or the Python of the deployment."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Iterator

from ..declared_demo import is_declared_demo
from ..deployment.commands import is_development_file
from ..diffs import line_diff
from ..finding import Finding
from ..packages.needed_releases import NEEDED, excludes, needed_by
from ..packages.python_release import pinned_pythons
from ..packages.requirements import requirements_for
from ..packages.upgrades import RELEASES
from ..packages.version_numbers import parse_version, version_text

if TYPE_CHECKING:
    from ..packages.requirements import Requirement
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ERROR: ResolutionImpossible"

NO_RELEASE = "ERROR: No matching distribution found for"
FILES = re.compile(r"\.(txt|in|pip)$")
CONDITION = re.compile(r"[;@]|\bpython_version\b")
NAMES = {"django": "Django", "channels": "Channels", "daphne": "Daphne"}


def check(project: Project) -> Iterator[Finding]:
    """Find the first requirement that excludes what another one of its file needs."""
    if project.uses_websockets and not is_declared_demo(project) and not _ignores_needs(project):
        yield from islice(_conflicts(project), 1)


def _ignores_needs(project: Project) -> bool:
    return any("--no-deps" in each.text() for each in project.deployment_files)


def _conflicts(project: Project) -> Iterator[Finding]:
    for name in NEEDED:
        for requirement in _plain(project, name):
            for other, needed in needed_by(name, requirement.versions).items():
                if other == "python":
                    yield from _python(project, name, requirement, needed)
                else:
                    yield from _with_other(project, name, requirement, other, needed)


def _plain(project: Project, name: str) -> Iterator[Requirement]:
    """Yield the requirements of a distribution in text files, without those for development."""
    for each in requirements_for(project, name):
        path = each.location.path
        is_condition = CONDITION.search(each.versions)
        if FILES.search(path) and not is_development_file(path) and not is_condition:
            yield each


def _with_other(
    project: Project, name: str, requirement: Requirement, other: str, needed: str
) -> Iterator[Finding]:
    for each in _plain(project, other):
        if each.location.path == requirement.location.path and excludes(each.versions, needed):
            given = each.versions.strip()
            message = (
                f"{NAMES.get(name, name)} ({requirement.versions.strip()}) needs"
                f" {NAMES.get(other, other)} {needed} or newer, and this line excludes it"
                f" ({given}), so pip installs nothing. Change the line."
            )
            new = RELEASES.get(other, f">={needed}")
            fix = line_diff(project, each.location, given, new)
            yield Finding(message, each.location, fix)


def _python(
    project: Project, name: str, requirement: Requirement, needed: str
) -> Iterator[Finding]:
    newest = max(pinned_pythons(project), default=())
    if newest and newest < parse_version(needed):
        title, versions = NAMES.get(name, name), requirement.versions.strip()
        message = (
            f"{title} ({versions}) needs Python {needed} or newer, and the deployment has"
            f" {version_text(newest)}, so pip finds no release. Upgrade Python."
        )
        fix = f"Use Python {needed} or newer wherever the project names {version_text(newest)}."
        symptom = f"{NO_RELEASE} {title}{versions}"
        yield Finding(message, requirement.location, fix, symptom=symptom)
