"""Whether the deployment imports the project from the parent of its folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .matching_files import matching_files

if TYPE_CHECKING:
    from ..project import Project

PYTHONPATH = re.compile(rb"\bPYTHONPATH\b")
MODULES = "asgi|wsgi|manage|settings"


def lacks_parent_folder(project: Project) -> bool:
    """Return whether loading failed without the parent folder, which the deployment has.

    Its files set PYTHONPATH there, or name a module with the name of the project's folder.
    """
    name = project.load_failure.missing_package
    if not name or name not in project.folders[-2:]:
        return False
    module = re.compile(rf"\b{name}\.([\w.]+\.)?({MODULES})\b".encode())
    is_set = any(file.path.startswith("..") for file in matching_files(project, PYTHONPATH))
    return is_set or any(matching_files(project, module))
