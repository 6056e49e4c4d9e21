"""What a consumer reads from its client, and what it sends."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.certain_nodes import certain_nodes
from ..python.definitions import assigned_names, parameters
from ..python.expressions import (
    argument,
    attribute_name,
    is_variable,
    own_method,
    strings_in,
    subscript_key,
    walk_body,
)
from .dispatch_keys import chosen_keys
from .object_keys import returned_keys
from .own_calls import passes_self
from .socket_uses import SENDING_METHODS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

LOADS = {"json.loads", "orjson.loads", "ujson.loads", "simplejson.loads"}
DUMPS = {"json.dumps", "ujson.dumps", "simplejson.dumps"}
JSON_CONSUMERS = ("JsonWebsocketConsumer", "AsyncJsonWebsocketConsumer")
RAW_SEND = "websocket.send"


class Received(NamedTuple):
    """How a consumer reads each message of its client.

    `needs_json` says that another text is an error, and `keys` are those that it always reads.
    It ignores a message without one of `choices`.
    """

    needs_json: bool
    keys: frozenset[str]
    choices: frozenset[str] = frozenset()


def received(project: Project, consumer: Definition) -> Received:
    """Return how a consumer reads its messages, as far as its text is certain."""
    decoded = project.resolver.member(consumer, "receive_json")
    raw = project.resolver.member(consumer, "receive")
    if raw and raw.is_function:
        return _received_as_text(raw)
    is_json = any(
        base.split(".")[-1] in JSON_CONSUMERS for base in project.resolver.outside_bases(consumer)
    )
    if not is_json or project.resolver.member(consumer, "decode_json"):
        return Received(False, frozenset())
    if decoded is None or not decoded.is_function:
        return Received(True, frozenset())
    content = [each.arg for each in parameters(decoded.node)][1:2]
    choices = chosen_keys(decoded, content)
    return Received(True, frozenset(_read_from(decoded, content)), frozenset(choices))


def _received_as_text(method: Definition) -> Received:
    """Return how `receive()` reads a message, which it decodes itself."""
    names = [each.arg for each in parameters(method.node)][1:]
    calls = [each for each in certain_nodes(method) if _loads(method.module, each, names)]
    uses = [each for each in walk_body(method.node.body) if is_variable(each, *names)]
    decoded = [name for each in calls for name in _decoded_into(method, each)]
    choices = chosen_keys(method, decoded) if len(decoded) == len(uses) == 1 else ()
    return Received(bool(calls), frozenset(_keys(method, calls)), frozenset(choices))


def _loads(module: Module, node: ast.AST, names: list[str]) -> bool:
    is_call = isinstance(node, ast.Call) and module.full_name(node.func) in LOADS
    return is_call and any(is_variable(each, *names) for each in node.args[:1])  # type: ignore[attr-defined]


def _keys(method: Definition, calls: list[ast.AST]) -> Iterator[str]:
    """Yield the keys that are read from decoded messages, or from variables with one."""
    for call in calls:
        parent = method.module.parents.get(call)
        key = subscript_key(parent)
        if isinstance(key, str):
            yield key
        yield from _read_from(method, _decoded_into(method, call))


def _decoded_into(method: Definition, call: ast.AST) -> list[str]:
    """Return the variables that a decoded message is assigned to."""
    parent = method.module.parents.get(call)
    return assigned_names(parent) if parent else []


def _read_from(method: Definition, names: list[str]) -> Iterator[str]:
    stores = [
        each
        for each in walk_body(method.node.body)
        if is_variable(each, *names) and isinstance(each.ctx, ast.Store)
    ]
    for node in certain_nodes(method) if len(stores) <= 1 else ():
        key = subscript_key(node)
        is_read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if is_read and isinstance(key, str) and is_variable(node.value, *names):  # type: ignore[attr-defined]
            yield key


def sent_keys(project: Project, consumer: Definition) -> set[str] | None:
    """Return the keys of all objects that a consumer sends, None when one is unknown."""
    found: set[str] = set()
    for cls in project.resolver.mro(consumer):
        if RAW_SEND in strings_in(cls.node) or _hands_send_over(cls):
            return None
        for call in ast.walk(cls.node):
            if isinstance(call, ast.Call) and passes_self(call):
                return None
            keys = _sent_by(project, consumer, cls.module, call)
            if keys is None:
                return None
            found |= keys
    return found


def sent_texts(project: Project, consumer: Definition) -> set[str]:
    """Return all texts in the code of a consumer, which contain those that it sends."""
    return {text for cls in project.resolver.mro(consumer) for text in strings_in(cls.node)}


def _hands_send_over(cls: Definition) -> bool:
    """Return whether a class uses `self.send` as a value, so that other code may send."""
    for node in ast.walk(cls.node):
        if attribute_name(node) in SENDING_METHODS and is_variable(node.value, "self"):  # type: ignore[attr-defined]
            parent = cls.module.parents.get(node)
            if not (isinstance(parent, ast.Call) and parent.func is node):
                return True
    return False


def _sent_by(
    project: Project, consumer: Definition, module: Module, call: ast.AST
) -> set[str] | None:
    """Return the keys that a call sends, none for another call, None when they are unknown."""
    if own_method(call) not in SENDING_METHODS:
        return set()
    return returned_keys(project, consumer, module, sent_object(module, call))


def sent_object(module: Module, call: ast.AST) -> ast.expr | None:
    """Return the expression that a call sends to the client as JSON, None for another call."""
    method = own_method(call)
    if not isinstance(call, ast.Call) or method not in SENDING_METHODS:
        return None
    if method == "send_json":
        return argument(call, 0, "content")
    text = argument(call, 0, "text_data")
    is_dumped = isinstance(text, ast.Call) and module.full_name(text.func) in DUMPS
    return text.args[0] if is_dumped and text.args else None  # type: ignore[union-attr]
