"""Which Channels a project is written for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project

REQUIREMENTS = re.compile(
    r"(^|/)(requirements?[^/]*\.(txt|in)|requirements?/[^/]+|pyproject\.toml|Pipfile|setup\.(py|cfg))$"
)
# channels~=3.0, channels = "^3.0", "channels[daphne]>=3,<4", channels = "3.*"
RANGE = re.compile(
    r"""(?mi)^[ \t"'-]*channels(?:\[[^\]\n]{0,99}\])?["']?[ \t]*([=<>~^!"'{(][^\n#;]{0,200})"""
)

OLDEST = 4  # that is maintained; before, the app `channels` has brought its own runserver


def apps_with_runserver(project: Project) -> set[str]:
    """Return the apps that bring a runserver for ASGI with the project's Channels."""
    version = major(project)
    return {"daphne"} if version is None or version >= OLDEST else {"daphne", "channels"}


def major(project: Project) -> int | None:
    """Return the first number of Channels' version: installed, pinned, or bounded from above; None if it is open."""
    version = project.version("channels")
    if version:
        return version[0]
    for file in project.deployment:
        if REQUIREMENTS.search(file.path):
            for given in RANGE.findall(file.text()):
                bound = _bound(given)
                if bound is not None:
                    return bound
    return None


def _bound(given: str) -> int | None:
    """Return the only first number that a range allows: `^3.0`, `~=3.0` and `>=3,<4` mean 3."""
    near = re.search(r"(?:~=|\^|~|==|=\s*[\"'])\s*v?(\d{1,3})", given)
    if near:
        return int(near[1])
    below = re.search(r"<\s*(\d{1,3})(?:\.0)*\s*(?:[\"',\s]|$)", given)
    within = re.search(r"<=?\s*(\d{1,3})\.\d", given)
    return int(below[1]) - 1 if below else int(within[1]) if within else None
