"""The servers that documents start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project

DOCUMENTS = re.compile(
    r"(^|/)(README|CONTRIBUTING|Makefile|justfile|Taskfile|INSTALL)[^/]*$",
    re.IGNORECASE,
)
ASGI_COMMAND = re.compile(
    r"\b(uvicorn|hypercorn|granian|daphne)\b[^\n]{0,200}asgi\b", re.IGNORECASE
)


def documents_server(project: Project) -> bool:
    """Return whether a document starts an ASGI server."""
    return any(
        ASGI_COMMAND.search(file.text())
        for file in project.deployment_files
        if DOCUMENTS.search(file.path)
    )
