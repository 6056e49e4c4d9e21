"""Statements that only name a function, and do not call it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import own_attribute
from ..python.source_text import source_text
from .api import ASYNC_TO_SYNC, TO_THREAD
from .consumers import is_async_consumer, is_raw_websocket_consumer
from .layer_calls import LAYER_METHODS, is_channel_layer

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

WRAPPERS = ASYNC_TO_SYNC | TO_THREAD
CONSUMER_METHODS = {"accept": "()", "close": "()", "send": "(…)"}  # with their arguments


class Uncalled(NamedTuple):
    """A whole statement, the function in it that it does not call, and the text that does."""

    module: Module
    node: ast.expr
    function: ast.expr
    call: str


def uncalled_functions(project: Project) -> Iterator[Uncalled]:
    """Yield `async_to_sync(f)`, and the methods `self.f` and `layer.f`, as whole statements."""
    for module, call in project.calls(*WRAPPERS):
        is_statement = isinstance(module.parents.get(call), ast.Expr)
        if is_statement and call.args and not isinstance(call.args[0], ast.Call):
            yield Uncalled(module, call, call.args[0], f"{source_text(module, call)}(…)")
    for module, statement in project.find_all(ast.Expr):
        node = statement.value
        if isinstance(node, ast.Attribute):
            text = _call_of_layer(project, module, node) or _call_of_own(project, module, node)
            if text:
                yield Uncalled(module, node, node, text)


def _call_of_layer(project: Project, module: Module, node: ast.Attribute) -> str:
    """Return the call of a method of the layer, "" for another attribute."""
    if node.attr not in LAYER_METHODS or not is_channel_layer(project, module, node.value):
        return ""
    text = source_text(module, node)
    is_async = isinstance(module.enclosing_function(node), ast.AsyncFunctionDef)
    return f"await {text}(…)" if is_async else f"async_to_sync({text})(…)"


def _call_of_own(project: Project, module: Module, node: ast.Attribute) -> str:
    """Return the call of a method of the class around an attribute, "" for another one."""
    cls = project.resolver.enclosing_class(module, node) if own_attribute(node) else None
    if cls is None:
        return ""
    found = project.resolver.member(cls, node.attr)
    if found:
        is_method = found.is_function and found.is_undecorated
        is_coroutine, arguments = isinstance(found.node, ast.AsyncFunctionDef), "(…)"
    else:
        is_method = is_raw_websocket_consumer(project.resolver, cls)
        is_coroutine = bool(is_async_consumer(project.resolver, cls))
        arguments = CONSUMER_METHODS.get(node.attr, "")
    wait = "await " if is_coroutine else ""
    return f"{wait}{source_text(module, node)}{arguments}" if is_method and arguments else ""
