"""Query sets that a template reads."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..message_values.scope import only_value, scope_of
from ..python.expressions import argument, dict_items, string_value
from ..python.source_text import short_text
from .iterations import is_unread_queryset

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .orm_type import TypesInFunction

# The position of the name of the template; the context is behind it.
RENDERERS = {"django.template.loader.render_to_string": 0, "django.shortcuts.render": 1}
READING = r"\b(?:in|if|not|and|or)\s+{0}\b|\{{\{{\s*{0}\b"


def rendered(
    project: Project, module: Module, call: ast.Call, types: TypesInFunction
) -> Iterator[tuple[ast.AST, str]]:
    """Yield a call that renders a template of the project with a query set that it reads."""
    position = RENDERERS.get(module.full_name(call.func))
    if position is None:
        return
    name = string_value(argument(call, position, "template_name"))
    context = _context(module, call, argument(call, position + 1, "context"))
    for key, value in dict_items(context) if context and name else ():
        is_queryset = isinstance(key, str) and is_unread_queryset(value, types, call)
        if is_queryset and _reads(project, name or "", key):
            yield call, f"{short_text(call.func)}(… {short_text(value)} …)"
            return


def _context(module: Module, call: ast.Call, node: ast.expr | None) -> ast.Dict | None:
    value = only_value(scope_of(module, call), node)
    return value if isinstance(value, ast.Dict) else None


def _reads(project: Project, name: str, variable: str) -> bool:
    """Return whether a template reads a variable: in a loop, a condition, or as text."""
    pattern = re.compile(READING.format(re.escape(variable)))
    files = [each for each in project.files if each.path.endswith(f"templates/{name}")]
    return any(pattern.search(file.text()) for file in files)
