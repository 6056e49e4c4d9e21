"""The requirement files of which it is not known what pip installs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pinned_versions import is_requirement_file

if TYPE_CHECKING:
    from ..project import Project

TEXTS = (".txt", ".in", ".pip")
NAME = r"^[ \t]*[A-Za-z0-9][A-Za-z0-9._-]*[ \t]*(?:\[[^\]\n]*\])?"
# Lines for which pip refuses a file as a whole: `django>=`, `django=5.2` and `pip install django`.
REFUSED = re.compile(
    rf"{NAME}(?:[^#;@\n]*(?:[<>~=!]=|[<>])[ \t]*(?:[,;#\r]|$)|=[ \t]*\w|[ \t]+[A-Za-z0-9])",
    re.MULTILINE,
)
# Another distribution with a package `channels`, which may replace that of Channels.
OTHER_CHANNELS = re.compile(
    r"^[ \t]*django[-_.]channels[ \t]*(?:[\[=<>~!;#@\r]|$)", re.MULTILINE | re.IGNORECASE
)


def is_install_unknown(project: Project, path: str) -> bool:
    """Return whether pip refuses a requirement file, or installs two packages named `channels`."""
    if not (is_requirement_file(path) and path.endswith(TEXTS)):
        return False
    texts = (each.text() for each in project.deployment_files if each.path == path)
    return any(REFUSED.search(each) or OTHER_CHANNELS.search(each) for each in texts)
