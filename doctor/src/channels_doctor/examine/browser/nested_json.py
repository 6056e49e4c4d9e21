"""Pages that parse a JSON text which another JSON text contains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import pages
from .script_text import without_comments

if TYPE_CHECKING:
    from ..project import Project

# JSON.parse(JSON.parse(event.data)), or JSON.parse(data) behind data = JSON.parse(event.data)
NESTED = re.compile(
    r"JSON\.parse\(\s*JSON\.parse\("
    r"|\b([\w$]+)\s*=\s*JSON\.parse\([^;]{0,200}?\)[\s\S]{0,5000}?JSON\.parse\(\s*\1\s*\)"
)


def parses_nested_json(project: Project) -> bool:
    """Return whether a page parses what it has parsed."""
    texts = (text for _, text in pages(project) if text.count("JSON.parse(") > 1)
    return any(NESTED.search(without_comments(text)) for text in texts)
