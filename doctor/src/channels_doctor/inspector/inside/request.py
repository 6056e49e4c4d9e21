"""What is inspected."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

PACKAGES = {
    "site-packages",
    "dist-packages",
    "channels_realtime",
}  # folders of code that is not the project's own


class Request(NamedTuple):
    """The project's folder, its manage.py, and the settings module that the user named ("" for what there is not)."""

    root: str
    manage: str
    settings: str

    def relative(self, path: str | None) -> str | None:
        """Return a file's path relative to the project with slashes, None when it is not the project's own."""
        if not path or path.startswith("<"):  # like <frozen importlib._bootstrap>
            return None
        full = os.path.realpath(os.path.join(self.root, path))
        inside = full.startswith(os.path.join(self.root, ""))
        if not inside or full.startswith(os.path.join(os.path.realpath(sys.prefix), "")):
            return None
        parts = os.path.relpath(full, self.root).split(os.sep)
        return None if PACKAGES & set(parts) else "/".join(parts)
