"""The messages that a function of the project makes for the channel layer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.awaited_values import is_overridden, is_plain
from ..python.expressions import own_method, variable_name, walk_body
from .scope import added_items, only_value, scope_of

if TYPE_CHECKING:
    from ..channels.layer_calls import LayerCall
    from ..project import Project
    from .scope import Scope


def returned_dicts(project: Project, call: LayerCall) -> list[ast.Dict]:
    """Return the displays that a call's message may be, if one function returns nothing else."""
    message = _made(scope_of(call.module, call.node), call.message)
    made = message.value if isinstance(message, ast.Await) else message
    called = (
        project.resolver.function(call.module, made.func) if isinstance(made, ast.Call) else None
    )
    if called is None or not is_plain(called, isinstance(message, ast.Await)):
        return []
    is_own = bool(own_method(made))
    values = [each.value for each in walk_body(called.node.body) if isinstance(each, ast.Return)]
    displays = [each for each in values if isinstance(each, ast.Dict)]
    is_known = len(displays) == len(values) and not (is_own and is_overridden(project, called))
    return displays if is_known else []


def _made(scope: Scope, message: ast.expr | None) -> ast.expr | None:
    """Return the only value of a variable whose items do not change, another expression itself."""
    is_changed = any(added_items(scope, variable_name(message)))
    return None if is_changed else only_value(scope, message)
