"""The apps with a `runserver` that serves WebSockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..packages.migration_headers import is_before_channels_4
from .release import OLDEST_MAINTAINED, major_version

if TYPE_CHECKING:
    from ..project import Project


def apps_with_runserver(project: Project) -> set[str]:
    """Return the apps that bring a runserver for ASGI; before Channels 4, `channels` is one."""
    version = major_version(project)
    is_old = is_before_channels_4(project) if version is None else version < OLDEST_MAINTAINED
    return {"daphne", "channels"} if is_old else {"daphne"}
