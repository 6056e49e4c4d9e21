"""The release of Python that a deployment has, as its files pin it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project

FILES = re.compile(
    r"(^|/)(Pipfile|\.python-version|runtime\.txt|[^/]*Dockerfile[^/]*|Containerfile"
    r"|[^/]*compose[^/]*\.ya?ml)$"
)
PINNED = re.compile(
    r"""(?m)^[ \t]*python_version[ \t]*=[ \t]*["'](\d)\.(\d{1,2})"""
    r"|^[ \t]*(?:FROM|image:)[ \t].*\bpython:(\d)\.(\d{1,2})|^(?:python-)?(\d)\.(\d{1,2})"
)


def newest_python(project: Project) -> tuple[int, ...]:
    """Return the newest Python that the files pin, () when none pins one."""
    texts = [each.text() for each in project.deployment_files if FILES.search(each.path)]
    found = (groups for text in texts for groups in PINNED.findall(text))
    return max((tuple(int(each) for each in groups if each) for groups in found), default=())
