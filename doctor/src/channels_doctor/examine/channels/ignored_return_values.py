"""What handlers and other methods of consumers return to Channels, which drops it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.coroutine_uses import is_application_call
from ..python.definitions import Definition
from ..python.expressions import method_name, walk_body
from .consumers import is_async_consumer
from .handlers import Handler, find_handlers
from .own_calls import is_super

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


def returned_calls(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls whose results a method returns to Channels, which drops them."""
    yield from _returned_to_callers(project)
    for handler in find_handlers(project):
        if handler.is_certain and _drops(project, handler):
            for node in walk_body(handler.method.node.body):
                value = node.value if isinstance(node, ast.Return) else None
                if isinstance(value, ast.Call) and not is_application_call(value):
                    yield handler.method.module, value


def _returned_to_callers(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield `super().f()` that `async def f` of a consumer returns; who awaits `f()` drops it."""
    for consumer in project.production_consumers:
        for method in consumer.methods():
            is_plain = Definition(consumer.module, method).is_undecorated
            for node in walk_body(method.body) if isinstance(method, ast.AsyncFunctionDef) else ():
                value = node.value if is_plain and isinstance(node, ast.Return) else None
                if isinstance(value, ast.Call) and _is_same_method(value, method.name):
                    yield consumer.module, value


def _is_same_method(call: ast.Call, name: str) -> bool:
    return is_super(call.func) and method_name(call) == name


def _drops(project: Project, handler: Handler) -> bool:
    """Return whether Channels drops what a handler returns.

    It awaits what a plain method of an asynchronous consumer returns.
    """
    method = handler.method
    is_awaited = is_async_consumer(project.resolver, handler.consumer)
    return method.is_undecorated and is_awaited is isinstance(method.node, ast.AsyncFunctionDef)
