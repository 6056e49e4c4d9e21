"""The modules whose names say that they are put aside, and that nothing imports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .imported_names import dotted_strings, imported_names

if TYPE_CHECKING:
    from ..project import Project

# A folder such as `drafts/`, or a file such as `consumers_old.py`.
NAME = re.compile(
    r"(^|/)(drafts?|backups?|archived?|deprecated|unused)/"
    r"|[_ -](old|backup|bak|copy|draft|unused)\.py$",
    re.IGNORECASE,
)


def archived_modules(project: Project) -> set[str]:
    """Return the paths of these modules."""
    named = [each for each in project.production_modules if NAME.search(each.path)]
    others = [each for each in project.production_modules if not NAME.search(each.path)]
    used = {
        f"{name}."
        for each in (others if named else ())
        for name in (*imported_names(each), *dotted_strings(each))
    }
    return {
        each.path for each in named if not any(name.startswith(_dotted(each.path)) for name in used)
    }


def _dotted(path: str) -> str:
    """Return the dotted name of the folder or of the module that is put aside, with a dot."""
    found = NAME.search(path)
    part = path[: found.end()] if found else path
    return re.sub(r"/$|\.py$", "", part).replace("/", ".") + "."
