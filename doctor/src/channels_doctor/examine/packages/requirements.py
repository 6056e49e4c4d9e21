"""The lines of requirement files, and the versions that they allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..deployment.commands import is_development_file
from ..finding import Location
from .pinned_versions import LOCK_FILES, is_requirement_file, normalized_name
from .version_numbers import parse_version

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

# `redis[hiredis]>=5,<9`, quoted in a list or bare on its line, or a key of a Poetry table.
LINE = re.compile(
    r"""^\s*(?:-\s*)?["']?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^"'#;]*)["']?(.*)$"""
)
HEADER = re.compile(r"\s*\[[\w.\[\]\"' -]+\]\s*$")
LIST_KEY = re.compile(r"\s*[\w-]+\s*=\s*(\[|$)")
# Extras, groups and lists of packages that a deployment does not install.
DEVELOPMENT_TABLE = re.compile(r"optional-|extras_require|group|dev|tests?\b")
OTHER_SERVERS = ("uvicorn", "hypercorn", "granian")  # a project that installs one may start it
FIRST_DJANGO_WITH_ASGI = (3,)  # the release that added `get_asgi_application()`
UPPER_BOUND = re.compile(r"(<=?|~=|===?|\^|~)\s*(\d[\w.*]*)")


class Requirement(NamedTuple):
    """A line that requires a distribution: the version part, and its location."""

    versions: str
    location: Location

    def allows(self, version: tuple[int, ...]) -> bool:
        """Return whether the line allows a major version: no bound is below it."""
        for operator, text in UPPER_BOUND.findall(self.versions):
            bound = parse_version(text)
            if bound[:1] < version[:1] or (operator == "<" and bound <= version):
                return False
        return True


def requirements_for(project: Project, distribution: str) -> Iterator[Requirement]:
    """Yield the lines of requirement files, lock files left out, that name a distribution."""
    for file in project.deployment_files:
        if is_requirement_file(file.path) or file.path.rsplit("/", 1)[-1] == "Pipfile":
            for number, line in enumerate(file.text().splitlines(), 1):
                match = LINE.match(line)
                if match and normalized_name(match[1]) == distribution:
                    yield Requirement(match[2] + match[3], Location(file.path, number))


def is_in_production(project: Project, distribution: str) -> bool:
    """Return whether a requirement file names a distribution, and not for development alone."""
    files = {file.path: file for file in project.deployment_files}
    return any(
        not is_development_file(location.path)
        and not DEVELOPMENT_TABLE.search(_table(files[location.path], location.line or 1))
        for _, location in requirements_for(project, distribution)
    )


def requires_other_server(project: Project) -> bool:
    """Return whether the requirements of a deployment have an ASGI server besides Daphne."""
    return any(is_in_production(project, each) for each in OTHER_SERVERS)


def _table(file: File, line: int) -> str:
    """Return the header of the table and the key of the list around a line, "" without them."""
    if not file.path.endswith((".toml", ".cfg", "Pipfile")):
        return ""
    above = file.text().splitlines()[:line]
    header = next((each for each in reversed(above) if HEADER.match(each)), "")
    key = next((each for each in reversed(above) if LIST_KEY.match(each)), "")
    return header + key.partition("=")[0]


def requirement_location(project: Project, distribution: str) -> Location | None:
    """Return the first line that requires a distribution, else the one that locks it."""
    required = (each.location for each in requirements_for(project, distribution))
    return next(required, None) or next(_locked(project, distribution), None)


def _locked(project: Project, distribution: str) -> Iterator[Location]:
    """Yield the lines of lock files that begin the entry of a distribution."""
    entry = re.compile(
        rf"""^\s*(name = )?"{distribution.replace("-", "[-_.]")}"\s*(: \{{)?$""", re.IGNORECASE
    )
    for file in project.deployment_files:
        if file.path.rsplit("/", 1)[-1] in LOCK_FILES:
            for number, line in enumerate(file.text().splitlines(), 1):
                if entry.match(line):
                    yield Location(file.path, number)


def is_older(project: Project, distribution: str, version: tuple[int, ...]) -> bool:
    """Return whether the known release of a distribution, or each allowed one, is an older one."""
    known = project.version(distribution)
    if known:
        return known < version
    required = requirements_for(project, distribution)
    return any(not each.allows(version) for each in required)


def has_lock_file(project: Project) -> bool:
    """Return whether a lock file pins the installed versions."""
    return any(file.path.rsplit("/", 1)[-1] in LOCK_FILES for file in project.deployment_files)
