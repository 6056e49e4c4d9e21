"""A consumer reads a message without checking it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.consumers import is_raw_websocket_consumer
from ..finding import Finding
from ..python.expressions import (
    called_name,
    item_key,
    method_name,
    string_value,
    subscript_key,
    walk_body,
)
from ..python.source_text import short_text
from ..python.taint import RECEIVERS, TaintAnalysis

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"

LOADS = ("json.loads", "orjson.loads", "ujson.loads", "simplejson.loads")
VALIDATION_WORDS = ("valid", "serializer", "schema", "form", "check", "parse", "isinstance")
FIX = """try:
    text = str(json.loads(text_data)["message"])
except (ValueError, TypeError, KeyError):
    return  # or send an error"""


def check(project: Project) -> Iterator[Finding]:
    """Find the first unchecked read of a message in each consumer."""
    for consumer in project.production_consumers:
        if is_raw_websocket_consumer(project.resolver, consumer):
            node = next(_unchecked_reads(project, consumer), None)
            if node is not None:
                yield _finding(consumer, node)


def _unchecked_reads(project: Project, consumer: Definition) -> Iterator[ast.AST]:
    analysis = TaintAnalysis(project.resolver, consumer)
    module = consumer.module
    for function in consumer.methods():
        is_receiver = function.name in RECEIVERS and not function.decorator_list
        for node in walk_body(function.body) if is_receiver else []:
            may_raise = _may_raise(module, function, analysis, node)
            if may_raise and not (_is_guarded(module, node) or _checks_message(function)):
                yield node


def _finding(consumer: Definition, node: ast.AST) -> Finding:
    message = (
        f"`{consumer.name}` reads `{short_text(node)}` without a check, so an unexpected message"
        " closes the socket with 1011. Catch the exception."
    )
    return Finding(message, consumer.module.location(node), FIX)


def _may_raise(module: Module, function: Function, analysis: TaintAnalysis, node: Any) -> bool:
    """Return whether a node raises an exception for a message without JSON or without a key."""
    if isinstance(node, ast.Call):
        parses = module.full_name(node.func) in LOADS and node.args
        return bool(parses and analysis.taint(module, function, node.args[0]))
    reads_key = isinstance(subscript_key(node), str) and isinstance(node.ctx, ast.Load)
    return reads_key and analysis.taint(module, function, node.value) is not None


def _is_guarded(module: Module, node: ast.AST) -> bool:
    """Return whether a `try` or a `with` around a node handles the exception."""
    below = node
    for each in module.enclosing_nodes(node):
        if isinstance(each, ast.Try) and each.handlers and below in each.body:
            return True
        if isinstance(each, (ast.With, ast.AsyncWith)):
            return True
        below = each
    return False


def _checks_message(function: Function) -> bool:
    """Return whether a method checks the message: `"key" in content`, a form, a loop over keys."""
    return any(
        _tests_key(node) or _validates(node) or _iterates_keys(node)
        for node in walk_body(function.body)
    )


def _tests_key(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return False
    return string_value(node.left) is not None or isinstance(item_key(node.left), str)


def _validates(node: ast.AST) -> bool:
    return any(word in called_name(node).lower() for word in VALIDATION_WORDS)


def _iterates_keys(node: ast.AST) -> bool:
    return isinstance(node, ast.For) and method_name(node.iter) in {"keys", "items"}
