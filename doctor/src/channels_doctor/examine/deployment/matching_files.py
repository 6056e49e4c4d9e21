"""The files of a deployment that match a pattern: no sources, documents and requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Pattern

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

OTHER_FILES = (
    ".py", ".txt", ".in", ".toml", ".lock", "Pipfile", ".md", ".rst",
    ".js", ".ts", ".css", ".html", ".ipynb", ".svg",
)  # fmt: skip


def matching_files(project: Project, pattern: Pattern[bytes]) -> Iterator[File]:
    """Yield the deployment files whose content matches a pattern."""
    for file in project.deployment_files:
        if not file.path.endswith(OTHER_FILES) and pattern.search(file.read() or b""):
            yield file
