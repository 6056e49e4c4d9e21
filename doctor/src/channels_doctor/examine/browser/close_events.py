"""Whether the project's pages read a close code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import pages
from .script_text import without_comments

if TYPE_CHECKING:
    from ..project import Project

CLOSE = re.compile(r"""\bonclose\b|["']close["']|\bCloseEvent\b|\bonClose\b""")
OWN_CODE = re.compile(r"\b4\d{3}\b")
CODE = re.compile(r"\.code\b|[{,]\s*code\s*[,}:]|\[['\"]code['\"]\]")


def pages_read_close_code(project: Project, code: int) -> bool:
    """Return whether a page names that close code, and one reads the code of a `close` event.

    A code in a comment does not count.
    """
    texts = [without_comments(text) for _, text in pages(project)]
    named = {int(each) for text in texts for each in OWN_CODE.findall(text)}
    return code in named and any(map(_reads_code, texts))


def _reads_code(text: str) -> bool:
    return bool(CLOSE.search(text) and CODE.search(text))
