"""The messages that a project sends over the channel layer, with their keys."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import argument, dict_items, method_name, string_value, variable_name
from .layer_calls import LayerCall, layer_calls, message_type

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


class SentMessage(NamedTuple):
    """A message whose keys are all known."""

    module: Module
    node: ast.Dict
    keys: frozenset[str]


def sent_messages(project: Project) -> dict[str, list[SentMessage]]:
    """Return the messages by the name of the handler of their type.

    It is empty when a message has an unknown type, and lacks types with unknown keys.
    """
    found: dict[str, list[SentMessage]] = {}
    unknown = set()
    for call in layer_calls(project, "group_send", "send"):
        message = call.message
        name = handler_name(message)
        if not name or not isinstance(message, ast.Dict):
            return {}
        keys = [key for key, _ in dict_items(message)]
        if all(keys) and not _is_updated(call):
            added = SentMessage(call.module, message, frozenset(map(str, keys)))
            found.setdefault(name, []).append(added)
        else:
            unknown.add(name)
    nodes = {id(each.node) for messages in found.values() for each in messages}
    unknown |= set(_types_elsewhere(project, nodes))
    return {name: messages for name, messages in found.items() if name not in unknown}


def are_types_known(project: Project) -> bool:
    """Return whether messages are sent, each with the text of its type."""
    messages = [each.message for each in layer_calls(project, "group_send", "send")]
    return bool(messages) and all(map(handler_name, messages))


def handler_name(message: ast.AST | None) -> str:
    """Return the name of the handler of a message's type, "" when it is unknown."""
    text = string_value(message_type(message)) if isinstance(message, ast.Dict) else None
    return (text or "").replace(".", "_")


def _is_updated(call: LayerCall) -> bool:
    """Return whether the message is a variable that a method changes."""
    name = variable_name(argument(call.node, 1, "message"))
    return bool(name) and any(
        method_name(each) in {"update", "setdefault"} and variable_name(each.func.value) == name  # type: ignore[attr-defined]
        for each in call.module.find_all(ast.Call)
    )


def _types_elsewhere(project: Project, known: set[int]) -> Iterator[str]:
    """Yield the types of dictionaries that other code may send."""
    for _, node in project.find_all(ast.Dict):
        if id(node) not in known and handler_name(node):
            yield handler_name(node)
