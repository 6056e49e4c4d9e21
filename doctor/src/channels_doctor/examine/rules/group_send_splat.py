"""A client chooses the type of a group message."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.consumer_classes import consumers
from ..channels.layer_calls import LayerCall, layer_calls
from ..finding import Finding
from ..orm.orm_types import around
from ..python.expressions import constant, entries, holder, item, spell
from ..python.taint import Flow

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A client makes other people's consumers run any of their methods"

FIX = '{"type": "chat.message", "text": str(data.get("text", ""))}'


def check(project: Project) -> Iterator[Finding]:
    """Find messages to groups whose type a client chooses."""
    flows = {each.qualified: Flow(project, each) for each in consumers(project)}
    for call in layer_calls(project, "group_send", "send"):
        found = project.names.around(call.module, call.node)
        flow = flows.get(found.qualified) if found else None
        chosen = _chosen(flow, call) if flow else None
        if chosen is not None:
            yield _finding(call, chosen)


def _finding(call: LayerCall, chosen: ast.AST) -> Finding:
    where = (
        "every consumer of the group"
        if call.method == "group_send"
        else "the consumer of the channel"
    )
    message = (
        f"{call.method}() takes the message's type from {spell(chosen)}, which a client sends:"
        f" the client chooses the method that runs in {where}."
    )
    return Finding(message, call.module.place(chosen), FIX)


def _chosen(flow: Flow, call: LayerCall) -> ast.AST | None:
    """Return the expression of the client's that decides on the type."""
    function = around(call.module, call.node)
    for node in _deciding(call.message):
        origin = flow.origin(call.module, function, node) if function else None
        if origin and function and not _is_compared(function, node):
            return node
    return None


def _deciding(message: ast.expr | None) -> list[ast.expr]:
    """Return what decides on the type: the last of the type's own value and the dicts that are taken over."""
    if not isinstance(message, ast.Dict):
        return [message] if message is not None else []
    deciding = [(name, value) for name, value in entries(message) if name in {None, "type"}]
    types = [index for index, (name, _) in enumerate(deciding) if name == "type"]
    return [value for _, value in deciding[types[-1] if types else 0 :] if not _is_prefixed(value)]


def _is_prefixed(node: Any) -> bool:
    """Return whether a text begins with a constant, so that only some methods can be named."""
    first = (
        node.values[0]
        if isinstance(node, ast.JoinedStr) and node.values
        else getattr(node, "left", None)
    )
    return isinstance(first, ast.Constant)


def _is_compared(function: Any, node: ast.AST) -> bool:
    """Return whether the function compares such a value, as with the types that it allows, or sets its type."""
    wanted = {ast.dump(node)} | {
        ast.dump(each) for each in ast.walk(node) if isinstance(each, ast.Name)
    }
    wanted |= {text.replace("Store()", "Load()") for text in wanted}
    tests = [
        each.test
        for each in ast.walk(function)
        if isinstance(each, (ast.If, ast.While, ast.Assert))
    ]
    compared: list[Any] = [
        each.left for test in tests for each in ast.walk(test) if isinstance(each, ast.Compare)
    ]
    matches: list[Any] = [each for each in ast.walk(function) if type(each).__name__ == "Match"]
    compared += [each.subject for each in matches]
    return any(_types(each) or ast.dump(each) in wanted for each in compared) or _sets_type(
        function, node
    )


def _sets_type(function: Any, node: ast.AST) -> bool:
    """Return whether the function puts a type into a dict that a client sent, or takes the client's out of it."""
    set_to_text = [
        each for each in ast.walk(function) if isinstance(each, ast.Assign) and constant(each.value)
    ]
    stored = [target for each in set_to_text for target in each.targets]
    popped = [
        each
        for each in ast.walk(function)
        if getattr(getattr(each, "func", None), "attr", "") == "pop"
    ]
    types = [each for each in [*stored, *popped] if item(each) == "type"]
    return any(getattr(holder(each), "id", "") == getattr(node, "id", None) for each in types)


def _types(node: ast.AST) -> bool:
    return any(
        getattr(each, "value", None) == "type"
        for each in ast.walk(node)
        if isinstance(each, ast.Constant)
    )
