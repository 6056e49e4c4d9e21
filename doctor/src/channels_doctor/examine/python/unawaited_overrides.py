"""Coroutines that never run, because plain code that calls them does not await them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .expressions import own_method, walk_body, without_call

if TYPE_CHECKING:
    from .definitions import Definition
    from .modules import Module
    from .resolver.classes import Resolver

API_VIEW = "rest_framework.decorators.api_view"


def is_never_awaited(resolver: Resolver, module: Module, function: ast.AsyncFunctionDef) -> bool:
    """Return whether a method replaces a plain one, which a plain method calls for its result."""
    cls = resolver.enclosing_class(module, function)
    if cls is None or function not in cls.node.body:
        return False
    bases = list(resolver.mro(cls))[1:]
    is_plain = any(
        isinstance(method, ast.FunctionDef) and method.name == function.name
        for base in bases
        for method in base.methods()
    )
    return is_plain and any(_calls_for_result(base, function.name) for base in bases)


def is_plain_view(module: Module, function: ast.AsyncFunctionDef) -> bool:
    """Return whether Django REST framework calls a function as a view, without awaiting it."""
    names = (module.full_name(without_call(each)) for each in function.decorator_list)
    return API_VIEW in names


def _calls_for_result(cls: Definition, name: str) -> bool:
    """Return whether a plain method assigns what `self.name()` returns."""
    return any(
        isinstance(node, ast.Assign) and own_method(node.value) == name
        for method in cls.methods()
        if isinstance(method, ast.FunctionDef)
        for node in walk_body(method.body)
    )
