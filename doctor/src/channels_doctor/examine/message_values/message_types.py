"""The types that a message may have: through constants, variables, parameters and f-strings."""

from __future__ import annotations

import ast
from itertools import islice, product
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..channels.layer_calls import message_type
from ..python.definitions import Definition
from ..python.expressions import is_variable, string_value, variable_name
from .call_sites import call_sites
from .scope import Scope, bindings, scope_of

if TYPE_CHECKING:
    from ..channels.layer_calls import LayerCall
    from ..project import Project
    from ..python.modules import Module

MAX_DEPTH = 4  # names on the way to a text
MAX_TEXTS = 30  # of one type


class Text(NamedTuple):
    """A text that an expression may be, and the expression that decides it."""

    module: Module
    node: ast.AST
    text: str


def type_texts(project: Project, call: LayerCall) -> list[Text]:
    """Return the known types of a call's message, each once."""
    message = call.message
    node = message_type(message) if isinstance(message, ast.Dict) else None
    found = _texts(project, scope_of(call.module, call.node), node, 0)
    return list({each.text: each for each in islice(found, MAX_TEXTS)}.values())


def _texts(project: Project, scope: Scope, node: Any, depth: int) -> Iterator[Text]:
    """Yield the texts that an expression may be, without those that are unknown."""
    text = string_value(node)
    if text is not None:
        yield Text(scope.module, node, text)
    elif isinstance(node, ast.JoinedStr):
        yield from _joined(project, scope, node, depth)
    elif isinstance(node, ast.Attribute) or _is_of_module(scope, node):
        yield from _constant(project, scope, node)
    elif depth <= MAX_DEPTH:
        for inner, value in _values(project, scope, node):
            yield from _texts(project, inner, value, depth + 1)


def _joined(project: Project, scope: Scope, node: ast.JoinedStr, depth: int) -> Iterator[Text]:
    """Yield the texts of an f-string; the first expression that gives a part decides them."""
    parts = [list(_texts(project, scope, _part(each), depth)) for each in node.values]
    for texts in islice(product(*parts), MAX_TEXTS):
        places = [each for part, each in zip(node.values, texts) if part is not each.node]
        place = places[0] if places else Text(scope.module, node, "")
        yield place._replace(text="".join(each.text for each in texts))


def _part(node: Any) -> Any:
    is_plain = isinstance(node, ast.FormattedValue) and node.conversion == -1
    return node.value if is_plain and node.format_spec is None else node


def _values(project: Project, scope: Scope, node: Any) -> Iterator[tuple[Scope, Any]]:
    """Yield the expressions that give another one its value: a variable's, or a parameter's."""
    if isinstance(node, ast.IfExp):
        yield from ((scope, each) for each in (node.body, node.orelse))
    elif isinstance(node, ast.Name) and not _is_tested(scope, node.id):
        found = bindings(scope, node.id)
        yield from ((scope, each.value) for each in found if not each.is_item)
        if not found and scope.has_parameter(node.id):
            called = Definition(scope.module, scope.function)
            given = call_sites(project).arguments(called, node.id)
            yield from ((scope_of(module, each), each) for module, each in given if each)


def _is_tested(scope: Scope, name: str) -> bool:
    """Return whether a condition is about a name, so that only some of its values go on."""
    nodes = list(ast.walk(scope.function)) if scope.function else []
    tests = [each.test for each in nodes if isinstance(each, (ast.If, ast.IfExp, ast.While))]
    is_matched = any(type(each).__name__ == "Match" for each in nodes)
    return is_matched or any(is_variable(each, name) for test in tests for each in ast.walk(test))


def _is_of_module(scope: Scope, node: ast.AST) -> bool:
    name = variable_name(node)
    return bool(name) and not bindings(scope, name) and not scope.has_parameter(name)


def _constant(project: Project, scope: Scope, node: ast.expr) -> Iterator[Text]:
    """Yield the text of `NAME` or `Class.NAME`; the place is where it is used.

    A class may have another value of `self.NAME` than its base class.
    """
    if isinstance(node, ast.Attribute) and is_variable(node.value, "self", "cls"):
        return
    value = project.resolver.value(scope.module, node)[1]
    if value is node:
        value = project.resolver.constant(scope.module, node)  # type: ignore[assignment]
    text = string_value(value)
    if text is not None:
        yield Text(scope.module, node, text)
