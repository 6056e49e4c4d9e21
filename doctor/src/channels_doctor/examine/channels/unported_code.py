"""Whether the code is for another release of Channels than the one that a project pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .release import major_version
from .removed_names import REMOVED, uses_of_removed_names

if TYPE_CHECKING:
    from ..project import Project


def must_be_ported(project: Project) -> bool:
    """Return whether the code imports names that the project's known Channels does not have."""
    version = major_version(project)
    return version is not None and any(
        version >= REMOVED[each.name][0] for each in uses_of_removed_names(project)
    )
