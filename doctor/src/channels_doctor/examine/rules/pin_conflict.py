"""Requirements conflict with each other or with the deployment's Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.commands import is_development_file
from ..diffs import file_line, line_diff
from ..finding import Finding
from ..packages.needed_releases import NEEDED, excludes, needed_by
from ..packages.pinned_versions import LOCK_FILES
from ..packages.python_release import has_unknown_image, python_pins
from ..packages.requirements import requirements_for
from ..packages.upgrades import RELEASES
from ..packages.version_numbers import parse_version, version_text
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..finding import Location
    from ..packages.requirements import Requirement
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ERROR: ResolutionImpossible"

NO_RELEASE = "ERROR: No matching distribution found for"
FILES = re.compile(r"\.(txt|in|pip)$")
OF_DEVELOPERS = re.compile(r"(^|/)\.(python|tool)-versions?$")  # no image reads them
EXAMPLES = re.compile(r"(^|/)(docs?|examples?|samples?|demos?|archive|old|legacy)/")
CONDITION = re.compile(r"[;@]|\bpython_version\b")
BEHIND = re.compile(r"\s*(?:#|\\$|\s--).*")  # a comment, or options such as `--hash`
NAME = re.compile(r"\w[\w.-]*")
NAMES = {"django": "Django", "channels": "Channels", "daphne": "Daphne"}
FIXES = {**RELEASES, "django": ">=4.2,<5", "asgiref": ">=3.9.1,<4"}


def check(project: Project) -> Iterator[Finding]:
    """Find requirements that exclude what another one of their file needs, once a line."""
    if (
        project.uses_websockets
        and not is_demo_or_deprecated(project)
        and not _ignores_needs(project)
    ):
        by_line: dict[Location | None, Finding] = {}
        for each in _conflicts(project):
            by_line.setdefault(each.location, each)
        yield from by_line.values()


def _ignores_needs(project: Project) -> bool:
    """Return whether the deployment installs without requirements, or from a lock file."""
    files = project.deployment_files
    is_locked = any(each.path.rpartition("/")[2] in LOCK_FILES for each in files)
    return is_locked or any("--no-deps" in each.text() for each in files)


def _conflicts(project: Project) -> Iterator[Finding]:
    by_python: list[tuple[str, str, Requirement]] = []
    for name in NEEDED:
        for requirement in _plain(project, name):
            for other, needed in needed_by(name, requirement.versions).items():
                if other == "python":
                    by_python.append((needed, name, requirement))
                else:
                    yield from _with_other(project, name, requirement, other, needed)
    if by_python and not has_unknown_image(project):
        yield from _python(project, *max(by_python, key=lambda each: parse_version(each[0])))


def _plain(project: Project, name: str) -> Iterator[Requirement]:
    """Yield the requirements of a distribution in text files, without those for development."""
    for each in requirements_for(project, name):
        path = each.location.path
        versions = BEHIND.sub("", each.versions).strip()
        is_installed = FILES.search(path) and not EXAMPLES.search(path)
        if is_installed and not is_development_file(path) and not CONDITION.search(versions):
            yield each._replace(versions=versions)


def _with_other(
    project: Project, name: str, requirement: Requirement, other: str, needed: str
) -> Iterator[Finding]:
    for each in _plain(project, other):
        if each.location.path == requirement.location.path and excludes(each.versions, needed):
            message = (
                f"{NAMES.get(name, name)} ({requirement.versions}) needs"
                f" {NAMES.get(other, other)} {needed} or newer, but this line requires"
                f" {each.versions}, so pip installs nothing. Change this line."
            )
            fix = line_diff(project, each.location, each.versions, _fixed(other, needed))
            yield Finding(message, each.location, fix)


def _fixed(name: str, needed: str) -> str:
    """Return versions with an upper bound, where the needed release is among them."""
    fixed = FIXES.get(name, "")
    return f">={needed}" if not fixed or excludes(fixed, needed) else fixed


def _python(
    project: Project, needed: str, name: str, requirement: Requirement
) -> Iterator[Finding]:
    """Find a newest Python of the deployment that is too old for a requirement."""
    pins = [each for each in python_pins(project) if not OF_DEVELOPERS.search(str(each[1].path))]
    newest, place = max(pins, key=lambda each: each[0], default=((), None))
    if place and newest < parse_version(needed):
        old, where = version_text(newest), requirement.location.path
        message = (
            f"{NAMES.get(name, name)} ({requirement.versions}) in {where} needs Python {needed} or"
            f" newer, but the deployment uses {old}, so pip finds no matching release. Upgrade"
            " Python."
        )
        is_elsewhere = any(release == newest for release, each in pins if each != place)
        fix = f"Use Python {needed} or newer{f' wherever the project names {old}' * is_elsewhere}."
        spelled = NAME.search(file_line(project, requirement.location))
        symptom = f"{NO_RELEASE} {spelled[0] if spelled else name}"
        yield Finding(message, place, fix, symptom=symptom)
