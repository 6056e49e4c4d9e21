"""The release of Django that a project is written for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .generated_headers import generated_by
from .requirements import requirements_for

if TYPE_CHECKING:
    from ..project import Project


@lru_cache(maxsize=1)
def django_release(project: Project) -> tuple[int, ...] | None:
    """Return the known release of Django, else the newest that generated files of the project.

    Where a file requires Django, what pip installs may be newer than the generated files.
    """
    known = project.version("django")
    if known or any(requirements_for(project, "django")):
        return known
    return max(generated_by(project), default=None)
