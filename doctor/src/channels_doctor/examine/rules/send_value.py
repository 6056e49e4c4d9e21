"""A consumer sends something other than text or bytes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..browser.nested_json import parses_nested_json
from ..channels.consumers import HTTP_CONSUMERS, is_raw_websocket_consumer
from ..finding import Finding
from ..message_values.event_items import event_item_kind
from ..message_values.kinds import (
    BYTES,
    CLASS_NAMES,
    DICT,
    JSON_TEXT,
    JSON_VALUE,
    LIST,
    NONE,
    TEXT,
    Kind,
)
from ..message_values.project_values import value_kinds
from ..message_values.scope import scope_of
from ..python.expressions import argument, keyword, own_method
from ..python.source_text import replacement_diff, source_excerpt, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'dict' object has no attribute 'encode'"

NO_BYTES = '"payload" must have type bytes'  # of bytes_data
BODY = "AssertionError: Body is not bytes"
ENCODED_TWICE = "The page gets a string, and reads no fields of it."


class Sent(NamedTuple):
    """An argument of `send()` or `send_json()`: its name, its expression and its kind."""

    module: Module
    parameter: str
    node: ast.expr
    kind: Kind


def check(project: Project) -> Iterator[Finding]:
    """Find the arguments of `send()` and `send_json()` that have the wrong kind."""
    for consumer in project.production_consumers:
        if _sends(project, consumer):
            for sent in _arguments(project, consumer):
                problem = _problem(sent)
                is_expected = sent.parameter == "content" and parses_nested_json(project)
                if problem and not is_expected:
                    yield _finding(sent, problem)


def _sends(project: Project, consumer: Definition) -> bool:
    """Return whether a consumer has the methods of Channels that send."""
    bases = project.resolver.outside_bases(consumer)
    is_http = any(base.startswith(HTTP_CONSUMERS) for base in bases)
    return is_http or is_raw_websocket_consumer(project.resolver, consumer)


def _arguments(project: Project, consumer: Definition) -> Iterator[Sent]:
    module, kinds = consumer.module, value_kinds(project)
    for call in ast.walk(consumer.node):
        method = own_method(call)
        if not isinstance(call, ast.Call) or project.resolver.member(consumer, method):
            continue
        given = {
            "send": [("text_data", argument(call, 0, "text_data")), ("bytes_data", _bytes(call))],
            "send_json": [("content", argument(call, 0, "content"))],
            "send_response": [("body", argument(call, 1, "body"))],
            "send_body": [("body", argument(call, 0, "body"))],
        }.get(method, [])
        for name, node in given:
            scope = scope_of(module, call)
            kind = kinds.kind(scope, node) or event_item_kind(project, kinds, scope, node)
            if node is not None and kind:
                yield Sent(module, name, node, kind)


def _bytes(call: ast.Call) -> ast.expr | None:
    return call.args[1] if len(call.args) > 1 else keyword(call, "bytes_data")


def _problem(sent: Sent) -> str:
    """Return why an argument has the wrong kind, "" if it has the right one."""
    name = sent.kind.name
    if sent.parameter == "content":
        is_json = name == JSON_TEXT
        return "is JSON already, so the client gets a text and no object" if is_json else ""
    right = {TEXT, JSON_TEXT} if sent.parameter == "text_data" else {BYTES}
    if name in {NONE, *right}:
        return ""
    return f"is {name}, but `{sent.parameter}` is {'text' if TEXT in right else 'bytes'}"


def _finding(sent: Sent, problem: str) -> Finding:
    source = source_text(sent.module, sent.node)
    message = f"`{source_excerpt(sent.module, sent.node)}` {problem}."
    fix = {
        (DICT, "text_data"): f"json.dumps({source})",
        (LIST, "text_data"): f"json.dumps({source})",
        (JSON_VALUE, "text_data"): f"json.dumps({source})",
        (BYTES, "text_data"): f"{source}.decode()",
        (TEXT, "bytes_data"): f"{source}.encode()",
        (JSON_TEXT, "bytes_data"): f"{source}.encode()",
        (TEXT, "body"): f"{source}.encode()",
        (JSON_TEXT, "body"): f"{source}.encode()",
    }.get((sent.kind.name, sent.parameter), "")
    if sent.parameter == "content":
        place = sent.module.location(sent.node)
        return Finding(message, place, "self.send_json({…})", "warning", symptom=ENCODED_TWICE)
    fix = fix or f"str({source})"
    severity = "warning" if sent.kind.name == JSON_VALUE else None
    fix = replacement_diff(sent.module, sent.node, fix)
    place = sent.module.location(sent.node)
    return Finding(message, place, fix, severity, symptom=_symptom(sent))


def _symptom(sent: Sent) -> str:
    """Return the error of Daphne, with the class of the value where that is known."""
    if sent.parameter != "text_data":
        return BODY if sent.parameter == "body" else NO_BYTES
    name = CLASS_NAMES.get(sent.kind.name, "")
    name = "tuple" if isinstance(sent.node, ast.Tuple) else name
    return SYMPTOM.replace("dict", name) if name else SYMPTOM.partition("'dict' ")[2]
