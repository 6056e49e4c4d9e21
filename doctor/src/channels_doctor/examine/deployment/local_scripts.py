"""The shell scripts that people run on their own computers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .matching_files import matching_files

if TYPE_CHECKING:
    from ..project import Project


def is_run_by_hand(project: Project, path: str) -> bool:
    """Return whether a file is a shell script that no deployment file names."""
    name = re.compile(re.escape(path.rpartition("/")[2]).encode())
    return path.endswith(".sh") and not any(matching_files(project, name))
