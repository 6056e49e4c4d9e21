"""A message that is not as expected closes the socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.consumer_classes import consumers, speaks_websocket
from ..finding import Finding
from ..python.expressions import constant, item, key, own, spell
from ..python.taint import Flow

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module
    from ..python.names import Definition

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"

LOADS = ("json.loads", "orjson.loads", "ujson.loads", "simplejson.loads")
RECEIVERS = {"receive", "receive_json"}
LOOKS = ("valid", "serializer", "schema", "form", "check", "parse", "isinstance")
FIX = """try:
    text = str(json.loads(text_data)["message"])
except (ValueError, TypeError, KeyError):
    return  # or send an error"""


def check(project: Project) -> Iterator[Finding]:
    """Find the first unguarded reading of a message in each consumer."""
    for found in consumers(project):
        if speaks_websocket(project, found):
            yield from _in(project, found)


def _in(project: Project, found: Definition) -> Iterator[Finding]:
    flow = Flow(project, found)
    for module, function in flow.methods:
        own_one = module is found.module and function in found.node.body
        if (
            own_one
            and function.name in RECEIVERS
            and not function.decorator_list
            and not _looks(function)
        ):
            for node in own(function.body):
                if _fails(module, function, flow, node) and not _is_guarded(module, node):
                    yield _finding(found, module, node)
                    return


def _finding(found: Definition, module: Module, node: ast.AST) -> Finding:
    message = (
        f"{found.node.name} reads {spell(node)} as if every client sent what is expected:"
        " any other message closes the socket with 1011 and fills the log."
    )
    return Finding(message, module.place(node), FIX)


def _fails(module: Module, function: Function, flow: Flow, node: Any) -> bool:
    """Return whether a node raises for a message that is not JSON, or lacks a key."""
    if isinstance(node, ast.Call):
        parsed = module.qualified(node.func) in LOADS and node.args
        return bool(parsed and flow.origin(module, function, node.args[0]))
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and isinstance(key(node), str)
    ):
        return flow.origin(module, function, node.value) is not None
    return False


def _is_guarded(module: Module, node: ast.AST) -> bool:
    """Return whether an exception is caught around a node, or suppressed."""
    below = node
    for each in module.above(node):
        if isinstance(each, ast.Try) and each.handlers and below in each.body:
            return True
        if isinstance(each, (ast.With, ast.AsyncWith)):
            return True
        below = each
    return False


def _looks(function: Function) -> bool:
    """Return whether a method looks at the message as it reads it: `"key" in content`, a form, a loop over its keys."""
    return any(_asks(node) or _looks_at(node) or _walks(node) for node in own(function.body))


def _walks(node: Any) -> bool:
    called = node.iter if isinstance(node, ast.For) else None
    return getattr(getattr(called, "func", None), "attr", "") in {"keys", "items"}


def _asks(node: Any) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return False
    return isinstance(constant(node.left), str) or isinstance(item(node.left), str)


def _looks_at(node: Any) -> bool:
    name = (
        str(getattr(node.func, "attr", getattr(node.func, "id", "")))
        if isinstance(node, ast.Call)
        else ""
    )
    return any(each in name.lower() for each in LOOKS)
