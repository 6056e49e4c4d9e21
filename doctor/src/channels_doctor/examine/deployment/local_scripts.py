"""The shell scripts and the sites that people run on their own computers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..file_selection import IMAGE_FILES
from .matching_files import matching_files

if TYPE_CHECKING:
    from ..project import Project

ENTRY_POINTS = ("entrypoint.sh", "entrypoint")
ENTRYPOINT = re.compile(r"^\s*ENTRYPOINT\s", re.IGNORECASE | re.MULTILINE)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"}  # noqa: S104


def are_local(hosts: Any) -> bool:
    """Return whether the hosts of a site, which may be unknown, are names of its own computer."""
    is_known = isinstance(hosts, (list, tuple))
    return is_known and all(str(each).rpartition("/")[2] in LOCAL_HOSTS for each in hosts)


def is_unnamed_entry_point(project: Project, path: str) -> bool:
    """Return whether a script is an entry point by its name alone: each image has another one."""
    files = project.deployment_files
    images = [each.text() for each in files if IMAGE_FILES.search(each.path)]
    if not path.endswith(ENTRY_POINTS) or not images or not all(map(ENTRYPOINT.search, images)):
        return False
    name = re.compile(rf"(?<![\w.-]){re.escape(path.rpartition('/')[2])}(?![\w.-])")
    return not any(name.search(each.text()) for each in files if each.path != path)


def is_run_by_hand(project: Project, path: str) -> bool:
    """Return whether a file is a shell script that no deployment file names."""
    name = re.compile(re.escape(path.rpartition("/")[2]).encode())
    return path.endswith(".sh") and not any(matching_files(project, name))
