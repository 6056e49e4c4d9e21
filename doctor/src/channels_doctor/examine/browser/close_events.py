"""Whether the project's pages read a close code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import pages

if TYPE_CHECKING:
    from ..project import Project

SOCKET = re.compile(r"\bnew\s+(?:\w+\.)?\w*(?:WebSocket|Sockette)\s*\(|\buseWebSocket\s*\(")
CLOSE = re.compile(r"""\bonclose\b|["']close["']|\bCloseEvent\b|\bonClose\b""")
OWN_CODE = re.compile(r"\b4\d{3}\b")
CODE = re.compile(r"\.code\b|[{,]\s*code\s*[,}:]|\[['\"]code['\"]\]")


def pages_ignore_close_code(project: Project, code: int) -> bool:
    """Return whether some pages open sockets, and none reads that code of a `close` event.

    Pages that read codes and name none of an application read each.
    """
    texts = [text for _, text in pages(project)]
    named = {int(each) for text in texts for each in OWN_CODE.findall(text)}
    is_read = any(map(_reads_code, texts)) and (code in named or not named)
    return any(map(SOCKET.search, texts)) and not is_read


def _reads_code(text: str) -> bool:
    return bool(CLOSE.search(text) and CODE.search(text))
