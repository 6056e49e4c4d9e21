"""The kinds of the items of events, by the messages that the project sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..channels.handlers import find_handlers
from ..channels.sent_messages import sent_messages
from ..python.definitions import parameters
from ..python.expressions import dict_items, is_variable, item_holder, item_key
from .kinds import LAYER_KINDS
from .scope import bindings, only_value, scope_of

if TYPE_CHECKING:
    import ast

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
    item = only_value(scope, node)
    key = item_key(item)
    messages = _messages(project, scope, item) if item and isinstance(key, str) else []
    given = [(each, dict(dict_items(each.node)).get(key)) for each in messages]
    kinds = {values.kind(scope_of(each.module, each.node), value) for each, value in given}
    kind = kinds.pop() if len(kinds) == 1 else None
    return kind if kind and kind.name in LAYER_KINDS else None


def _messages(project: Project, scope: Scope, item: ast.AST) -> list[SentMessage]:
    """Return the messages that a handler gets, if an expression reads an item of its event."""
    for handler in find_handlers(project):
        if handler.method.node is scope.function and _is_event(scope, item_holder(item)):
            return sent_messages(project).get(handler.name, [])
    return []


def _is_event(scope: Scope, node: ast.AST) -> bool:
    """Return whether a node is the event that a handler gets, and assigns nothing else to."""
    names = [each.arg for each in parameters(scope.function)][1:2] if scope.function else []
    return is_variable(node, *names) and not bindings(scope, names[0])
