"""The shell scripts and the sites that people run on their own computers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .matching_files import matching_files

if TYPE_CHECKING:
    from ..project import Project


LOCAL_HOSTS = {"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"}  # noqa: S104


def are_local(hosts: Any) -> bool:
    """Return whether the hosts of a site, which may be unknown, are names of its own computer."""
    is_known = isinstance(hosts, (list, tuple))
    return is_known and all(str(each).rpartition("/")[2] in LOCAL_HOSTS for each in hosts)


def is_run_by_hand(project: Project, path: str) -> bool:
    """Return whether a file is a shell script that no deployment file names."""
    name = re.compile(re.escape(path.rpartition("/")[2]).encode())
    return path.endswith(".sh") and not any(matching_files(project, name))
