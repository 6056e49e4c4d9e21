"""The project's own scripts and templates, without packages, builds and tests."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

PAGES = (
    ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".vue", ".svelte",
    ".html", ".htm", ".jinja", ".jinja2", ".j2",
)  # fmt: skip
FOREIGN = re.compile(
    r"(^|/)(vendors?|third[_-]?party|libs?|bower_components|docs?|examples?|tests?|__tests__"
    r"|e2e|cypress)/|(^|/)(tests?|debug)\.\w+$|(^|[/_-])tests?[_-][^/]*/|[_-]tests?/"
    r"|\.min\.|\.(test|spec|stories|d)\.|[.-]bundle\.|[.-]chunk\.|reconnecting-?websocket",
    re.IGNORECASE,
)
OPENS = re.compile(r"\bWebSocket\(")
SENDS = re.compile(r"\bsend|\bhx-ws", re.IGNORECASE)


def pages(project: Project) -> Iterator[tuple[File, str]]:
    """Yield the files and their texts."""
    for file in project.files:
        if file.path.lower().endswith(PAGES) and not FOREIGN.search(file.path):
            yield file, file.text()


@lru_cache(maxsize=1)
def only_listens(project: Project) -> bool:
    """Return whether the pages open sockets, and nothing in the pages sends."""
    texts = [text for _, text in pages(project)]
    return any(map(OPENS.search, texts)) and not any(map(SENDS.search, texts))
