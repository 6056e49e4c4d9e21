"""Which values a person chooses, by their names; others come from the project's own pages."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..python.definitions import assigned_names

if TYPE_CHECKING:
    from ..python.modules import Module

# A URL parameter that a person chooses. Others, such as ids, come from the program's own links.
CHOSEN = re.compile(
    r"name|nick|room|title|topic|subject|label|channel|group|email|^user$", re.IGNORECASE
)
# An item of a message that a person types, or that has such items.
TYPED = re.compile(
    r"chat|recipient|receiver|friend|peer|player|team|query|text|message|data|payload|body|content"
    r"|param|arg|event|json",
    re.IGNORECASE,
)
GENERATED = re.compile(r"(^|_)(id|ids|pk|uuid|code|key|token|hash|number)$|[a-z]I[dD]$")


def is_chosen(name: str) -> bool:
    """Return whether a name says that a person chooses the value."""
    return bool(CHOSEN.search(name)) and not GENERATED.search(name)


def is_chosen_item(key: str) -> bool:
    """Return whether an item of a message or a query string may have what a person types."""
    return bool(CHOSEN.search(key) or TYPED.search(key)) and not GENERATED.search(key)


def is_generated(module: Module, node: ast.AST) -> bool:
    """Return whether a variable for a value that the site has made gets the query string."""
    around = module.enclosing_nodes(node)
    statement = next(each for each in around if isinstance(each, ast.stmt))
    return any(map(GENERATED.search, assigned_names(statement)))
