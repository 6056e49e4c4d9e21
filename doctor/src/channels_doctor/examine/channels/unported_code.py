"""Whether the code is for an older release of Channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asgi.route_table import route_table
from .release import is_first_channels, major_version
from .removed_names import REMOVED, is_of_channels_1, uses_of_removed_names

if TYPE_CHECKING:
    from ..project import Project


def must_be_ported(project: Project) -> bool:
    """Return whether the code imports names that the project's known Channels does not have."""
    version = major_version(project)
    return version is not None and any(
        version >= REMOVED[each.name][0] for each in uses_of_removed_names(project)
    )


def is_for_older_channels(project: Project) -> bool:
    """Return whether the code uses what Channels 4 refuses: removed names, classes as routes."""
    routes = route_table(project).routes
    targets = [project.resolver.definition(each.module, each.callback) for each in routes]
    return any(each and each.is_class for each in targets) or any(uses_of_removed_names(project))


def is_for_channels_1(project: Project) -> bool:
    """Return whether a project is for Channels 1: by its release, else by what it imports."""
    if major_version(project) is not None:
        return is_first_channels(project)
    return has_code_for_channels_1(project)


def has_code_for_channels_1(project: Project) -> bool:
    """Return whether the code imports what Channels 1 alone has, whatever its release."""
    return any(is_of_channels_1(each.name) for each in uses_of_removed_names(project))
