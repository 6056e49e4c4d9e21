"""Whether the project's pages read the code with which a socket was closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import pages

if TYPE_CHECKING:
    from ..project import Project

SOCKET = re.compile(r"\bnew\s+(?:\w+\.)?\w*(?:WebSocket|Sockette)\s*\(|\buseWebSocket\s*\(")
CLOSE = re.compile(r"""\bonclose\b|["']close["']|\bCloseEvent\b|\bonClose\b""")
CODE = re.compile(r"\.code\b|[{,]\s*code\s*[,}:]|\[['\"]code['\"]\]")


def pages_ignore_close_codes(project: Project) -> bool:
    """Return whether some pages open sockets, and no page that handles `close` reads a `code`."""
    texts = [text for _, text in pages(project)]
    return any(map(SOCKET.search, texts)) and not any(map(_reads_code, texts))


def _reads_code(text: str) -> bool:
    return bool(CLOSE.search(text) and CODE.search(text))
