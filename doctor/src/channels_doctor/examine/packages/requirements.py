"""Where requirement files ask for a distribution, and which versions they allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Place
from ..project import numbers
from .pinned_versions import IN_FOLDER, LOCKS, PINNED, normal

if TYPE_CHECKING:
    from ..project import Project

# A requirement (`redis[hiredis]>=5,<9`), quoted in a list or bare on its line, or a key of a Poetry or Pipenv table.
ASKED = re.compile(
    r"""^\s*(?:-\s*)?["']?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^"'#;]*)["']?(.*)$"""
)
CAPS = re.compile(r"(<=?|~=|===?|\^|~)\s*(\d[\w.*]*)")


class Asked(NamedTuple):
    """One line that asks for a distribution: what it says of the version, and where it stands."""

    versions: str
    place: Place

    def allows(self, version: tuple[int, ...]) -> bool:
        """Return whether the line allows a major version; a cap below it, or another pin, does not."""
        for sign, text in CAPS.findall(self.versions):
            limit = numbers(text)
            if limit[:1] < version[:1] or (sign == "<" and limit <= version):
                return False
        return True


def asked(project: Project, distribution: str) -> Iterator[Asked]:
    """Yield the lines of requirement files, not of lock files, that name a distribution."""
    for file in project.deployment:
        if (
            PINNED.search(file.path)
            or IN_FOLDER.search(file.path)
            or file.path.rsplit("/", 1)[-1] == "Pipfile"
        ):
            for number, line in enumerate(file.text().splitlines(), 1):
                match = ASKED.match(line)
                if match and normal(match[1]) == distribution:
                    yield Asked(match[2] + match[3], Place(file.path, number))


def locked(project: Project) -> bool:
    """Return whether a lock file says which versions are installed."""
    return any(file.path.rsplit("/", 1)[-1] in LOCKS for file in project.deployment)
