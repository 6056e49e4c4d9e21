"""The change that makes a part of a message one that can be carried."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from ..python.definitions import assigned_names
from ..python.expressions import attribute_name, last_name, own_attribute
from ..python.source_text import source_text
from .kinds import CONVERSIONS, INSTANCE

if TYPE_CHECKING:
    from ..project import Project
    from .uncarried import Uncarried

RELATIONS = {"ForeignKey", "OneToOneField"}


def conversion(project: Project, part: Uncarried) -> str:
    """Return what replaces a part, with {} for its expression; "" when nothing does.

    The row of a foreign key may be None, while the field with its key is a text or a number.
    """
    node = part.node
    if part.is_inside:
        return ""
    is_field = part.kind == INSTANCE and not own_attribute(node)
    if is_field and attribute_name(node) in _foreign_keys(project):
        return "{}_id"
    return CONVERSIONS.get(part.kind, "")


def converted(project: Project, part: Uncarried) -> str:
    """Return the expression that replaces a part, "" when nothing does."""
    return conversion(project, part).format(source_text(part.module, part.node))


@lru_cache(maxsize=1)
def _foreign_keys(project: Project) -> set[str]:
    """Return the names of the fields of models that refer to a row."""
    return {
        name
        for _, statement in project.find_all(ast.Assign)
        if isinstance(statement.value, ast.Call)
        if last_name(statement.value.func) in RELATIONS
        for name in assigned_names(statement)
    }
