"""What a message carries: keys with which to read a record, or the values themselves."""

from __future__ import annotations

import ast
import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Iterable, Sequence

from ..python.expressions import (
    called_name,
    dict_items,
    is_variable,
    last_name,
    method_name,
    string_value,
    variable_name,
    walk_body,
)
from .message_variables import assigned, dictionaries_in, put_in

if TYPE_CHECKING:
    from ..python.modules import Function
    from .layer_calls import LayerCall

KEY = re.compile(r"ids?|pk|uuid|slug")
NAME_OF_KEY = re.compile(rf"(?:.*_)?(?:{KEY.pattern})")
WHOLE_RECORD = re.compile(r"data|dict|json|serial|payload")
NUMBERS = {"count", "acount", "exists", "aexists"}
TEXTS = {"isoformat", "strftime", "date", "time"}
FUNCTIONS = {"str", "int", "bool", "float", "len", "dumps"}
SIMPLE_TYPES = {"str", "int", "bool", "float"}
CONTAINERS = (ast.Dict, ast.List, ast.Tuple, ast.BinOp, ast.IfExp)
SYNTAX = (ast.Constant, ast.operator, ast.expr_context)
KNOWN = (ast.JoinedStr, ast.Attribute, ast.Name, ast.Call, *CONTAINERS, *SYNTAX)
MAX_DEPTH = 8
VALUES_OF_RECORD = 3  # with fewer, a page may still have to read the record
VALUES_OF_NEW_RECORD = 5  # in variables


class Content(Enum):
    """A part of a message; constants and the keys of users and of related records are none."""

    KEY = "key"  # of the record itself
    VALUE = "value"
    UNKNOWN = "unknown"  # it may be a whole record


def contents(call: LayerCall) -> set[Content]:
    """Return what a message carries besides its type."""
    message = call.message
    if not isinstance(message, ast.Dict):
        return {Content.UNKNOWN}
    function = call.module.nearest_function(call.node)
    values = [value for name, value in dict_items(message) if name != "type"]
    is_complete = len(values) + 1 >= len(message.values)
    return _of_all(values, function, 0) | (set() if is_complete else {Content.UNKNOWN})


def carries_record(call: LayerCall) -> bool:
    """Return whether a message has the key of a record, and several of its other values.

    They may be in a variable, where a page refers to what is new by its key if they are few.
    """
    message: Any = call.message
    needed = VALUES_OF_RECORD if _is_of_update(call) else VALUES_OF_NEW_RECORD
    every = [message, *dictionaries_in(message, call.module.nearest_function(call.node))]
    return _count_values([message]) >= VALUES_OF_RECORD or _count_values(every) >= needed


def tells_state(call: LayerCall, nodes: Sequence[ast.AST]) -> bool:
    """Return whether a message has a text that code stores in an attribute, as in its type."""
    message: Any = call.message
    texts = {(string_value(each) or "").lower() for each in ast.walk(message)}
    told = {word for text in texts for word in [text, *re.split(r"[._]", text)]}
    stored = [each for each in walk_body(nodes) if isinstance(each, ast.Assign)]
    attributes = [each for each in stored if isinstance(each.targets[0], ast.Attribute)]
    states = {(string_value(each.value) or "").lower() for each in attributes}
    return bool(told & states - {""})


def _count_values(parts: list[ast.expr]) -> int:
    """Return the number of values of the records whose keys some expressions have, too."""
    nodes = [node for each in parts for node in ast.walk(each) if isinstance(node, ast.Attribute)]
    read = [(variable_name(each.value), each.attr) for each in nodes]
    owners = {owner for owner, name in read if owner and KEY.fullmatch(name)}
    return len({each for each in read if each[0] in owners and not NAME_OF_KEY.fullmatch(each[1])})


def _is_of_update(call: LayerCall) -> bool:
    """Return whether a receiver of post_save sends only for a record that existed before."""
    around = call.module.enclosing_nodes(call.node)
    return any(isinstance(each, ast.If) and _is_not_created(each.test) for each in around)


def _is_not_created(test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and is_variable(test.operand, "created")


def _of_all(nodes: Iterable[Any], function: Function | None, depth: int) -> set[Content]:
    return {found for each in nodes for found in _of(each, function, depth + 1)}


def _of(node: Any, function: Function | None, depth: int) -> set[Content]:
    if depth > MAX_DEPTH or not isinstance(node, KNOWN):
        return {Content.UNKNOWN}
    if isinstance(node, ast.JoinedStr):
        return {Content.VALUE}
    if isinstance(node, ast.Attribute):
        return _of_attribute(node)
    if isinstance(node, ast.Name):
        return _of_name(node.id, function, depth)
    if isinstance(node, ast.Call):
        return _of_call(node, function, depth)
    return _of_all(ast.iter_child_nodes(node), function, depth)


def _of_attribute(node: ast.Attribute) -> set[Content]:
    owner = last_name(node.value)
    if not owner or WHOLE_RECORD.search(node.attr):
        return {Content.UNKNOWN}
    if not NAME_OF_KEY.fullmatch(node.attr):
        return {Content.VALUE}
    is_inner = isinstance(node.value, ast.Attribute) and not is_variable(node.value.value, "self")
    is_related = is_inner or "user" in owner.lower() or not KEY.fullmatch(node.attr)
    return set() if is_related else {Content.KEY}


def _of_call(call: ast.Call, function: Function | None, depth: int) -> set[Content]:
    name = called_name(call) or method_name(call)
    if name == "getattr" and len(call.args) > 1:
        is_key = KEY.fullmatch(string_value(call.args[1]) or "")
        return {Content.KEY if is_key else Content.VALUE}
    if name in NUMBERS | TEXTS or re.fullmatch(r"get_\w+_display", name):
        return {Content.VALUE}
    return _of_all(call.args, function, depth) if name in FUNCTIONS else {Content.UNKNOWN}


def _of_name(name: str, function: Function | None, depth: int) -> set[Content]:
    """Return what a variable of a function contains, by all that goes into it."""
    if sum(1 for _ in assigned(name, function)) == 1:
        return _of_all(put_in(name, function), function, depth)
    if NAME_OF_KEY.fullmatch(name):
        return set() if "user" in name.lower() else {Content.KEY}
    return {Content.VALUE} if _is_simple(name, function) else {Content.UNKNOWN}


def _is_simple(name: str, function: Function | None) -> bool:
    """Return whether a parameter has a simple type by its annotation."""
    parameters = ast.walk(function.args) if function else ()
    return any(
        isinstance(each, ast.arg)
        and each.arg == name
        and last_name(each.annotation) in SIMPLE_TYPES
        for each in parameters
    )
