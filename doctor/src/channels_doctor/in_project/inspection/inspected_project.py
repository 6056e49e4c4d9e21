"""The project under inspection."""

from __future__ import annotations

from typing import NamedTuple

from ..own_files import own_path


class InspectedProject(NamedTuple):
    """The project's folder, its manage.py, and the settings module of the command line.

    A value that is not known is "".
    """

    root: str
    manage_py: str
    settings_name: str

    def own_path(self, path: str | None) -> str | None:
        """Return a file's path relative to the project; None when it is not the project's own."""
        return own_path(self.root, path)
