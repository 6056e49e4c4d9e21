"""Two items of a list that are one text, because no comma is between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..diffs import file_line
from .item_location import item_location

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from .project_settings import Setting

ALONE = re.compile(r"""["']([\w.]*\w)["']$""")  # a text that ends its line, without a comma


def joined_item(project: Project, setting: Setting, name: str) -> tuple[str, Location] | None:
    """Return the item of a list that lacks a comma before or after a dotted name, and its place."""
    for index, item in enumerate(setting.items):
        place = item_location(project, setting, index) if name in str(item) else None
        first = ALONE.match(file_line(project, place))
        rest = str(item)[len(first[1]) :] if first and str(item).startswith(first[1]) else ""
        if place and first and rest and name in {first[1], rest, rest.partition(".")[0]}:
            return str(item), place
    return None
