"""A test for a logged-in user has the same result for each visitor."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..finding import Finding
from ..packages.requirements import is_older
from ..python.conditions import conditions
from ..python.expressions import (
    attribute_name,
    called_name,
    constant_value,
    is_scope_item,
    item_holder,
    last_name,
    own_method,
    string_value,
    subscript_index,
)
from ..python.nodes import walk
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Visitors who are not logged in pass the test."

NOT_CALLABLE = "TypeError: 'bool' object is not callable"
PROPERTIES = {"is_authenticated", "is_anonymous"}
NOT_CALLABLE_SINCE = (2,)  # the Django whose properties are plain booleans


def check(project: Project) -> Iterator[Finding]:
    """Find calls of the properties, and the scope's user as a condition or compared with None."""
    is_callable = is_older(project, "django", NOT_CALLABLE_SINCE)
    for module, call in [] if is_callable else project.find_all(ast.Call):
        is_call = attribute_name(call.func) in PROPERTIES and not call.args
        if is_call and _is_named_user(call.func):
            name = attribute_name(call.func)
            message = f"`{name}` is a property, so its call fails. Remove the parentheses."
            fix = replacement_diff(module, call, source_text(module, call.func))
            yield Finding(message, module.location(call), fix, symptom=NOT_CALLABLE)
    stack = websocket_stack(project)
    is_known = stack.is_complete and all(each.is_described for each in stack.wrappers)
    # Another middleware may put None into the scope.
    for consumer in project.production_consumers if is_known and stack.has_described_user else []:
        yield from _in_consumer(project, consumer)


def _is_named_user(function: ast.expr) -> bool:
    """Return whether a method is one of a user, by the name of its object."""
    holder = function.value  # type: ignore[attr-defined]
    is_item = isinstance(holder, ast.Subscript)
    name = string_value(subscript_index(holder)) if is_item else last_name(holder)
    return (name or called_name(holder)).lower().endswith("user")


def _in_consumer(project: Project, consumer: Definition) -> Iterator[Finding]:
    classes = list(project.resolver.mro(consumer))
    if any(map(_refuses_visitors, classes)):
        return
    names = {name for each in classes for name in _user_names(each.node)}
    for node in walk(consumer.node):
        for tested in _tested(node):
            place = node if isinstance(node, ast.Compare) else tested
            is_user = _is_scope_user(tested) or last_name(tested) in names
            if is_user and not _is_tested_too(consumer.module, place):
                yield _finding(consumer.module, node, tested)


def _refuses_visitors(cls: Definition) -> bool:
    """Return whether connect() tells visitors apart, so that no other method serves them."""
    connect = [each for each in cls.methods() if each.name == "connect"]
    called = {own_method(node) for each in connect for node in walk(each)}
    methods = [*connect, *(each for each in cls.methods() if each.name in called)]
    nodes = (node for each in methods for node in walk(each))
    return any((attribute_name(each) or string_value(each)) in PROPERTIES for each in nodes)


def _is_tested_too(module: Module, node: ast.AST) -> bool:
    """Return whether the same condition also tests a property that tells visitors apart."""
    around = [each for each in module.enclosing_nodes(node) if isinstance(each, ast.BoolOp)]
    parts = (each for outer in around[-1:] for each in walk(outer))
    return any((attribute_name(each) or string_value(each)) in PROPERTIES for each in parts)


def _finding(module: Module, node: ast.AST, tested: ast.AST) -> Finding:
    text = source_text(module, tested)
    message = (
        f"`{text}` is never None or false: a visitor is an `AnonymousUser`. Test"
        f" `{text}.is_authenticated`."
    )
    right = f"{text}.is_authenticated"
    if isinstance(node, ast.Compare):
        is_negated = isinstance(node.ops[0], ast.Is)
        fix = replacement_diff(module, node, f"not {right}" if is_negated else right)
    else:
        fix = replacement_diff(module, tested, right)
    return Finding(message, module.location(node), fix)


def _tested(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is compared with None, and what the condition of an `if` tests for its truth.

    A part of a condition does not count where another part looks at it, too.
    """
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Is, ast.IsNot)):
        other = node.comparators[0]
        if isinstance(other, ast.Constant) and constant_value(other) is None:
            yield node.left
    elif isinstance(node, (ast.If, ast.IfExp)):
        texts = [ast.dump(each) for each in ast.walk(node.test)]
        yield from (each for each in conditions(node.test) if texts.count(ast.dump(each)) == 1)


def _user_names(cls: ast.AST) -> Iterator[str]:
    """Yield the names that have the scope's user as their only value in a class."""
    values: dict[str, list[ast.AST]] = {}
    for node in walk(cls):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                values.setdefault(last_name(target), []).append(node.value)
    for name, each in values.items():
        if name and all(map(_is_scope_user, each)):
            yield name


def _is_scope_user(node: ast.AST) -> bool:
    """Return whether a node is `self.scope["user"]`, or `self.scope.get("user")`."""
    return is_scope_item(node, "user") and attribute_name(item_holder(node)) == "scope"
