"""Which files are the project's own code."""

from __future__ import annotations

import os
import sys

# Folders of installed or vendored code.
PACKAGE_FOLDERS = {"site-packages", "dist-packages", "channels_realtime"}


def own_path(root: str, path: str | None) -> str | None:
    """Return the path relative to the project, with slashes; None for a file that is not its own.

    `root` is an absolute path without links.
    """
    if not path or path.startswith("<"):  # like <frozen importlib._bootstrap>
        return None
    full = os.path.realpath(os.path.join(root, path))
    is_inside = full.startswith(os.path.join(root, ""))
    if not is_inside or full.startswith(os.path.join(os.path.realpath(sys.prefix), "")):
        return None
    parts = os.path.relpath(full, root).split(os.sep)
    return None if PACKAGE_FOLDERS & set(parts) else "/".join(parts)
