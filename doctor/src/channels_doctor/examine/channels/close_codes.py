"""The codes with which consumers close their sockets."""

from __future__ import annotations

import ast
from http import HTTPStatus
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import default_value, parameters
from ..python.expressions import (
    argument,
    attribute_name,
    constant_value,
    own_method,
    variable_name,
)

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

HTTP_STATUS = "http.HTTPStatus."


def close_code(project: Project, module: Module, call: ast.Call) -> int | None:
    """Return the code of `self.close(code)`, None when there is none or the text does not tell."""
    given = argument(call, 0, "code")
    return None if given is None else _code_of(project, module, given)


def _code_of(project: Project, module: Module, node: ast.AST) -> int | None:
    """Return the number that an expression stands for: a literal, a constant, an HTTP status."""
    if attribute_name(node) == "value" and isinstance(node, ast.Attribute):
        node = node.value
    name = module.full_name(node)
    if name.startswith(HTTP_STATUS):
        status = getattr(HTTPStatus, name[len(HTTP_STATUS) :], None)
        return int(status) if isinstance(status, HTTPStatus) else None
    code = constant_value(node)
    if code is None:
        code = constant_value(project.resolver.constant(module, node))
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def possible_codes(
    project: Project, consumer: Definition, module: Module, call: ast.Call
) -> Iterator[tuple[Module, ast.AST, int]]:
    """Yield the codes that `self.close(code)` may have.

    Each has the node that chooses it, and its module. Calls of the method choose a parameter.
    """
    given = argument(call, 0, "code")
    function = module.nearest_function(call)
    for node in _branches(given):
        name = variable_name(node)
        if function and name in {each.arg for each in parameters(function)}:
            yield from _given_codes(project, consumer, module, function, name)
        else:
            code = _code_of(project, module, node)
            if code is not None:
                yield module, call, code


def _branches(node: ast.expr | None) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_branches(node.body), *_branches(node.orelse)]
    return [node] if node else []


def _given_codes(
    project: Project, consumer: Definition, module: Module, function: Function, name: str
) -> Iterator[tuple[Module, ast.AST, int]]:
    """Yield the codes that calls of a method give to a parameter, and its default."""
    names = [each.arg for each in parameters(function)]
    default = default_value(function, name)
    code = _code_of(project, module, default) if default else None
    if default and code is not None:
        yield module, default, code
    for cls in project.resolver.mro(consumer):
        for call in ast.walk(cls.node):
            if isinstance(call, ast.Call) and own_method(call) == function.name:
                given = argument(call, names.index(name) - 1, name)
                code = _code_of(project, cls.module, given) if given else None
                if code is not None:
                    yield cls.module, call, code
