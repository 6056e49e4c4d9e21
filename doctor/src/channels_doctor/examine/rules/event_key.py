"""A handler reads a key that its message does not have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.handlers import SERVER_HANDLERS, STARTS, Handler, find_handlers
from ..channels.sent_messages import SentMessage, sent_messages
from ..finding import Finding
from ..python.definitions import parameters
from ..python.expressions import is_variable, subscript_key, walk_body

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "KeyError: 'message'"

# What runs a read only in some cases, or expects that it fails.
CONDITIONS = (ast.If, ast.IfExp, ast.BoolOp, ast.For, ast.AsyncFor, ast.While, ast.Try)


def check(project: Project) -> Iterator[Finding]:
    """Find `event["key"]` where the messages of the type have no such key."""
    sent = sent_messages(project)
    handlers = [each for each in find_handlers(project) if _has_messages(each, sent)]
    names = [each.name for each in handlers]
    for handler in handlers:
        messages = sent[handler.name]
        read = dict.fromkeys(key for _, key in _read_keys(handler))
        sent_keys = frozenset().union(*(each.keys for each in messages))
        unsent = read.keys() - sent_keys if messages else set()
        for node, key in _read_keys(handler):
            if key in unsent:
                yield _in_handler(handler, node, key, messages[0])
        for message in messages if names.count(handler.name) == 1 else ():
            lacking = [key for key in read if key not in message.keys and key not in unsent]
            if lacking:
                yield _in_message(handler, message, lacking)


def _has_messages(handler: Handler, sent: dict[str, list[SentMessage]]) -> bool:
    is_own = handler.name in STARTS or handler.name in SERVER_HANDLERS
    return handler.name in sent and not is_own


def _read_keys(handler: Handler) -> Iterator[tuple[ast.Subscript, str]]:
    """Yield the keys that each call of a handler reads from its message."""
    module, function = handler.method.module, handler.method.node
    names = [each.arg for each in parameters(function)][1:2]
    if any(is_variable(each, *names) and not _is_load(each) for each in ast.walk(function)):
        return  # another value has the name
    for node in walk_body(function.body):
        key = subscript_key(node)
        is_read = isinstance(key, str) and is_variable(node.value, *names) and _is_load(node)
        if is_read and not module.is_inside(node, *CONDITIONS):
            yield node, key


def _is_load(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)


def _in_handler(handler: Handler, node: ast.AST, key: str, message: SentMessage) -> Finding:
    module = handler.method.module
    has = ", ".join(f"`{each}`" for each in sorted(message.keys - {"type"}))
    text = (
        f'`{handler.name}()` reads "{key}", which no message of its type has.'
        f" They have {has or 'only a type'}."
    )
    fix = f'Send "{key}", or read a key that the message has.'
    return Finding(text, module.location(node), fix, symptom=f"KeyError: '{key}'")


def _in_message(handler: Handler, message: SentMessage, keys: list[str]) -> Finding:
    named = '" and no "'.join(keys)
    text = (
        f'The message has no "{named}", which `{handler.name}()` reads. Add the'
        f" key{'s' if keys[1:] else ''}."
    )
    fix = ", ".join(f'"{each}": …' for each in keys)
    location, symptom = message.module.location(message.node), f"KeyError: '{keys[0]}'"
    cause = (handler.method.full_name, keys[0])
    return Finding(text, location, fix, symptom=symptom, cause=cause)
