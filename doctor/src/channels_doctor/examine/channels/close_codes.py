"""The codes with which consumers close their sockets."""

from __future__ import annotations

import ast
from http import HTTPStatus
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.definitions import assigned_names, default_value, parameters
from ..python.expressions import (
    argument,
    attribute_name,
    constant_value,
    is_variable,
    own_method,
    variable_name,
    walk_body,
)
from ..python.source_text import short_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

# The methods that close the socket, and their argument for the code.
CODE_ARGUMENTS = {"close": (0, "code"), "send": (2, "close"), "send_json": (1, "close")}
CODES_OF_DAPHNE = {1000, *range(3000, 5000)}  # the same ones as those of browsers
HTTP_STATUS = "http.HTTPStatus."
INTEGER_ENUMS = {"enum.IntEnum", "django.db.models.IntegerChoices"}
MIXED_ENUM = {"int", "enum.Enum"}


class CloseCode(NamedTuple):
    """A code that a call of `close()` may have, and the node that chooses it.

    `member` is the text of a member of an integer enumeration, "" for a plain integer.
    """

    module: Module
    node: ast.AST
    code: int
    member: str = ""


def close_code(project: Project, module: Module, call: ast.Call) -> int | None:
    """Return the code of `self.close(code)`, None when there is none or the text does not tell."""
    given = argument(call, 0, "code")
    return None if given is None else _code_of(project, module, given)


def _code_of(project: Project, module: Module, node: ast.AST) -> int | None:
    """Return the number that an expression stands for: a literal, a constant, an HTTP status."""
    if attribute_name(node) == "value" and isinstance(node, ast.Attribute):
        node = node.value
    owner, node = project.resolver.value(module, node)
    if attribute_name(node) == "value" and isinstance(node, ast.Attribute):
        node = node.value
    name = owner.full_name(node)
    if name.startswith(HTTP_STATUS):
        status = getattr(HTTPStatus, name[len(HTTP_STATUS) :], None)
        return int(status) if isinstance(status, HTTPStatus) else None
    code = constant_value(node)
    if code is None:
        code = constant_value(project.resolver.constant(owner, node))
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def possible_codes(
    project: Project, consumer: Definition, module: Module, call: ast.Call
) -> Iterator[CloseCode]:
    """Yield the codes that `self.close(code)` may have. Calls of the method choose a parameter.

    So has `self.send(…, close=code)`.
    """
    function = module.nearest_function(call)
    for node in _branches(argument(call, *CODE_ARGUMENTS[own_method(call)])):
        name = variable_name(node)
        if function and name in {each.arg for each in parameters(function)}:
            yield from _given_codes(project, consumer, module, function, name)
        else:
            values = _local_values(function, name) or [node]
            found = [code for each in values for code in _chosen_code(project, module, each)]
            yield from found if len(found) == len(values) else []


def _chosen_code(project: Project, module: Module, node: ast.expr | None) -> Iterator[CloseCode]:
    code = None if node is None else _code_of(project, module, node)
    if node and code is not None:
        yield CloseCode(module, node, code, _member(project, module, node))


def _member(project: Project, module: Module, node: ast.expr) -> str:
    """Return `Codes.GONE` for a member of an integer enumeration of the project."""
    owner = project.resolver.definition(module, getattr(node, "value", None))
    is_member = isinstance(node, ast.Attribute) and owner is not None and owner.is_class
    bases = project.resolver.outside_bases(owner) if is_member and owner else set()
    return short_text(node) if bases & INTEGER_ENUMS or bases >= MIXED_ENUM else ""


def _branches(node: ast.expr | None) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_branches(node.body), *_branches(node.orelse)]
    return [node] if node else []


def _local_values(function: Function | None, name: str) -> list[ast.expr]:
    """Return the values of a variable of a function, none where more than assignments set it."""
    nodes = list(walk_body(function.body)) if function and name else []
    values = [each.value for each in nodes if name in assigned_names(each)]
    stores = [each for each in nodes if is_variable(each, name) and isinstance(each.ctx, ast.Store)]
    is_known = len(values) == len(stores)
    return [each for value in values for each in _branches(value)] if is_known else []


def _given_codes(
    project: Project, consumer: Definition, module: Module, function: Function, name: str
) -> Iterator[CloseCode]:
    """Yield the codes that calls of a method give to a parameter, and its default."""
    names = [each.arg for each in parameters(function)]
    default = default_value(function, name)
    yield from _chosen_code(project, module, default)
    for cls in project.resolver.mro(consumer):
        for call in ast.walk(cls.node):
            if isinstance(call, ast.Call) and own_method(call) == function.name:
                given = argument(call, names.index(name) - 1, name)
                yield from _chosen_code(project, cls.module, given)
