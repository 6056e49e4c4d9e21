"""A client chooses the type of a group message."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.handlers import find_handlers
from ..channels.layer_calls import LayerCall, layer_calls
from ..channels.message_fixes import EXAMPLE, with_type
from ..finding import Finding
from ..message_values.joined_groups import may_reach_others
from ..python.expressions import (
    all_arguments,
    called_name,
    constant_value,
    dict_items,
    item_holder,
    item_key,
    method_name,
    own_method,
    variable_name,
)
from ..python.source_text import short_text
from ..python.taint import TaintAnalysis

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A client makes other users' consumers run any of their methods."
SYMPTOM_OF_CHANNEL = "A client makes the consumer of a channel run any of its methods."

# Calls that do not compare a name with the allowed ones.
NO_CHECKS = {"isinstance", "hasattr", "getattr", "callable", "len", "bool", "str"}
FIX_OF_CHANNEL = (
    "Compare the type with the names of the messages that a client may send to this channel, and"
    " ignore any other."
)


def check(project: Project) -> Iterator[Finding]:
    """Find group messages whose type comes from a client."""
    analyses = {
        each.full_name: TaintAnalysis(project.resolver, each)
        for each in project.production_consumers
    }
    for call in layer_calls(project, "group_send", "send"):
        cls = project.resolver.enclosing_class(call.module, call.node)
        analysis = analyses.get(cls.full_name) if cls and may_reach_others(project, call) else None
        tainted = _tainted_type(analysis, call) if analysis else None
        if tainted is not None:
            yield _finding(project, call, tainted)


def _finding(project: Project, call: LayerCall, tainted: ast.AST) -> Finding:
    is_group = call.method == "group_send"
    where = "every consumer in the group" if is_group else "the consumer of the channel"
    is_merged = not isinstance(call.message, ast.Dict) or None in call.message.keys
    how = "Set the type last" if is_group and is_merged else "Allow certain types only"
    message = (
        f"`{call.method}()` takes the type from `{short_text(tainted)}`, which a client sends, so"
        f" the client selects the method of {where}. {how}."
    )
    fix = _fix(project, call, tainted) if is_group else FIX_OF_CHANNEL
    symptom = None if is_group else SYMPTOM_OF_CHANNEL
    return Finding(message, call.module.location(tainted), fix, symptom=symptom)


def _fix(project: Project, call: LayerCall, tainted: ast.AST) -> str:
    """Return a message with its own type, or the types that a client may choose from."""
    cls = project.resolver.enclosing_class(call.module, call.node)
    names = [
        each.name.replace("_", ".")
        for each in find_handlers(project)
        if cls and each.consumer.full_name == cls.full_name and not each.is_of_channels
    ]
    if len(names) > 1:
        allowed = ", ".join(f'"{each}"' for each in names)
        return f"Return before the call when the type is none of {allowed}."
    return with_type(call, names[0] if names else EXAMPLE, tainted)


def _tainted_type(analysis: TaintAnalysis, call: LayerCall) -> ast.AST | None:
    """Return the expression that sets the type and comes from the client."""
    function = call.module.nearest_function(call.node)
    for node in _type_expressions(call.message) if function else []:
        is_tainted = function and analysis.taint(call.module, function, node)
        if function and is_tainted and not _is_checked(function, node):
            return None if _is_checked_by_callers(analysis, function, node) else node
    return None


def _is_checked_by_callers(analysis: TaintAnalysis, function: Function, node: ast.AST) -> bool:
    """Return whether a calling method checks what a client sends before it passes it on."""
    return any(
        _is_checked(caller, value)
        for module, caller in analysis.methods.values()
        for call in ast.walk(caller)
        if own_method(call) == function.name and variable_name(node)
        for value in all_arguments(call)
        if analysis.taint(module, caller, value)
    )


def _type_expressions(message: ast.expr | None) -> list[ast.expr]:
    """Return the expressions that set the type: its last value, and the dicts merged after it."""
    if not isinstance(message, ast.Dict):
        return [message] if message is not None else []
    items = [(key, value) for key, value in dict_items(message) if key in {None, "type"}]
    types = [index for index, (key, _) in enumerate(items) if key == "type"]
    return [value for _, value in items[types[-1] if types else 0 :] if not _is_prefixed(value)]


def _is_prefixed(node: ast.AST) -> bool:
    """Return whether a string starts with a constant, so that it can name only some methods."""
    if isinstance(node, ast.JoinedStr):
        return bool(node.values) and isinstance(node.values[0], ast.Constant)
    return isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant)


def _is_checked(function: Function, node: ast.AST) -> bool:
    return _is_compared(function, node) or _is_tested(function, node) or _sets_type(function, node)


def _is_compared(function: Function, node: ast.AST) -> bool:
    """Return whether the function compares the value or its type, as with the allowed types."""
    parts = [node, *(each for each in ast.walk(node) if isinstance(each, ast.Name))]
    wanted = {ast.dump(each).replace("Store()", "Load()") for each in parts}
    return any(
        ast.dump(each) in wanted or any(constant_value(part) == "type" for part in ast.walk(each))
        for each in _compared_expressions(function)
    )


def _is_tested(function: Function, node: ast.AST) -> bool:
    """Return whether a condition calls something with the value, as `TYPES.__contains__(kind)`."""
    tests = [each.test for each in ast.walk(function) if isinstance(each, (ast.If, ast.Assert))]
    calls = [call for test in tests for call in ast.walk(test) if isinstance(call, ast.Call)]
    return any(
        ast.dump(each) == ast.dump(node)
        for call in calls
        if called_name(call) not in NO_CHECKS
        for each in all_arguments(call)
    )


def _compared_expressions(function: Function) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, (ast.If, ast.While, ast.Assert)):
            compares = (each for each in ast.walk(node.test) if isinstance(each, ast.Compare))
            yield from (each.left for each in compares)
        elif type(node).__name__ == "Match":  # since Python 3.10
            yield node.subject  # type: ignore[attr-defined]


def _sets_type(function: Function, node: ast.AST) -> bool:
    """Return whether the function overwrites or removes the type in a client's dict."""
    changed: list[ast.AST] = []
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and constant_value(each.value):
            changed.extend(each.targets)
        elif method_name(each) == "pop":
            changed.append(each)
    types = [each for each in changed if item_key(each) == "type"]
    name = variable_name(node)
    return bool(name) and any(variable_name(item_holder(each)) == name for each in types)
