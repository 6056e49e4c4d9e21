"""The releases of Python that a project's files name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project

FILES = (
    r"Pipfile|\.python-version|runtime\.txt|[^/]*Dockerfile[^/]*|Containerfile"
    r"|[^/]*compose[^/]*\.ya?ml"
)
PINNING_FILES = re.compile(rf"(^|/)({FILES})$")
REQUIRING_FILES = re.compile(rf"(^|/)({FILES}|pyproject\.toml|setup\.(py|cfg))$")
IMAGE = r"|^[ \t]*(?:FROM|image:)[ \t].*\bpython:(\d)\.(\d{1,2})|^(?:python-)?(\d)\.(\d{1,2})"
PINNED = re.compile(r"""(?m)^[ \t]*python_version[ \t]*=[ \t]*["'](\d)\.(\d{1,2})""" + IMAGE)
REQUIRED = re.compile(
    r"(?m)^[ \t]*(?:requires-python|python|python_requires|python_version)"
    r"""[ \t]*=[ \t]*["']?[>=^~]*(\d)\.(\d{1,2})"""
    rf"{IMAGE}|\bpython(3)\.(\d{{1,2}})\b"
)


def newest_python(project: Project) -> tuple[int, ...]:
    """Return the newest Python that the files of a deployment pin, () when none pins one."""
    return max(_named(project, PINNING_FILES, PINNED), default=())


def required_pythons(project: Project) -> list[tuple[int, ...]]:
    """Return the releases that the project needs at least, as any of its files says."""
    return _named(project, REQUIRING_FILES, REQUIRED)


def _named(
    project: Project, files: re.Pattern[str], release: re.Pattern[str]
) -> list[tuple[int, ...]]:
    """Return the releases in some files. The groups of the pattern are parts of a release."""
    texts = [each.text() for each in project.deployment_files if files.search(each.path)]
    found = (groups for text in texts for groups in release.findall(text))
    return [tuple(int(each) for each in groups if each) for groups in found]
