"""The library of projects: its folder in a project, and in the repository."""

from __future__ import annotations

import os

LIBRARY = "channels_realtime"
LIBRARY_SOURCE = os.path.join("realtime", "src", LIBRARY)


def is_library(name: str) -> bool:
    """Return whether a file of a project belongs to the library."""
    return name.startswith(f"{LIBRARY}/")
