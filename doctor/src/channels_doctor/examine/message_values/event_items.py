"""The kinds of the items of events, by the messages that the project sends."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.handlers import find_handlers
from ..channels.sent_messages import sent_messages
from ..python.definitions import parameters
from ..python.expressions import dict_items, is_variable, item_holder, item_key
from .kinds import LAYER_KINDS
from .scope import bindings, scope_of

if TYPE_CHECKING:
    from ..channels.handlers import Handler
    from ..channels.sent_messages import SentMessage
    from ..project import Project
    from .kinds import Kind
    from .lookups import Values
    from .scope import Scope


def event_item_kind(
    project: Project, values: Values, scope: Scope, node: ast.expr | None
) -> Kind | None:
    """Return the kind of `event["key"]` in a handler, if all its messages have that kind.

    A value that the layer cannot carry has none.
    """
    item = _only_value(scope, node)
    key = item_key(item)
    messages = _messages(project, scope, item) if isinstance(key, str) else []
    given = [(each, dict(dict_items(each.node)).get(key)) for each in messages]
    kinds = {values.kind(scope_of(each.module, each.node), value) for each, value in given}
    kind = kinds.pop() if len(kinds) == 1 else None
    return kind if kind and kind.name in LAYER_KINDS else None


def _only_value(scope: Scope, node: ast.expr | None) -> ast.expr | None:
    """Return the only value of a variable, any other expression itself."""
    found = bindings(scope, node.id) if isinstance(node, ast.Name) else []
    return found[0].value if len(found) == 1 and not found[0].is_item else node


def _messages(project: Project, scope: Scope, item: ast.AST | None) -> list[SentMessage]:
    """Return the messages of a handler whose event an expression reads an item of."""
    handler = next((each for each in find_handlers(project) if _is_in(each, scope)), None)
    names = [each.arg for each in parameters(handler.method.node)][1:2] if handler else []
    is_event = bool(names) and item is not None and is_variable(item_holder(item), *names)
    is_changed = is_event and bindings(scope, names[0])
    return (
        sent_messages(project).get(handler.name, [])
        if handler and is_event and not is_changed
        else []
    )


def _is_in(handler: Handler, scope: Scope) -> bool:
    return handler.method.node is scope.function
