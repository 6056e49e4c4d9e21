"""The lazy user of a request, which runs a query when it is read first."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import all_arguments, attribute_name, is_variable, last_name, walk_body

if TYPE_CHECKING:
    from ..python.modules import Function, Module

# Classes whose methods get the request of Django, by the names of their bases.
VIEW_CLASS = re.compile("View|Middleware|Mixin|Admin")
# Frameworks whose `request.user` is not a lazy user of Django.
OTHER_FRAMEWORKS = ("rest_framework", "adrf", "ninja", "starlette", "fastapi", "strawberry")


def is_read_of_lazy_user(module: Module, node: ast.AST) -> bool:
    """Return whether a node reads an attribute of `request.user`."""
    return isinstance(node, ast.Attribute) and is_lazy_user(module, node.value)


def is_lazy_user(module: Module, node: ast.AST) -> bool:
    """Return whether a node is Django's `request.user`, which loads the session and the user."""
    if attribute_name(node) != "user" or not is_variable(node.value, "request"):  # type: ignore[attr-defined]
        return False
    function = module.enclosing_function(node)
    is_parameter = function and "request" in [each.arg for each in function.args.args]
    others = any(name.startswith(OTHER_FRAMEWORKS) for name in module.imports.values())
    if function is None or not is_parameter or others or _is_of_other_class(module, function):
        return False
    return _may_be_view(module, function) and not _is_passed_before(function, node)


def _is_of_other_class(module: Module, function: Function) -> bool:
    """Return whether the annotation of the request names a class that is not of Django."""
    names = [module.full_name(each.annotation) for each in function.args.args if _is_request(each)]
    return any(name and not name.startswith("django.") for name in names)


def _is_request(parameter: ast.arg) -> bool:
    return parameter.arg == "request" and parameter.annotation is not None


def _is_passed_before(function: Function, node: ast.AST) -> bool:
    """Return whether a call further up has got the user, which it may have loaded in a thread.

    It gets the user itself, or a lambda that reads the user.
    """
    return any(
        isinstance(call, ast.Call)
        and call.lineno < node.lineno  # type: ignore[attr-defined]
        and any(ast.dump(each) == ast.dump(node) for each in _given(call))
        for call in walk_body(function.body)
    )


def _given(call: ast.Call) -> Iterator[ast.AST]:
    """Yield the arguments of a call, and what a lambda among them reads."""
    for each in all_arguments(call):
        yield from ast.walk(each) if isinstance(each, ast.Lambda) else [each]


def _may_be_view(module: Module, function: ast.AST | None) -> bool:
    """Return whether Django may call a function with its request; a method by its class."""
    cls = module.parents.get(function) if function else None
    if not isinstance(cls, ast.ClassDef):
        return True
    return any(map(VIEW_CLASS.search, map(last_name, cls.bases)))
