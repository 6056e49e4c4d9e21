"""What the handlers of consumers return: Channels drops it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.coroutine_uses import is_application_call
from ..python.expressions import walk_body
from .consumers import is_async_consumer
from .handlers import Handler, find_handlers

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


def returned_calls(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls whose results a handler returns, so that Channels drops them."""
    for handler in find_handlers(project):
        if handler.is_certain and _drops(project, handler):
            for node in walk_body(handler.method.node.body):
                value = node.value if isinstance(node, ast.Return) else None
                if isinstance(value, ast.Call) and not is_application_call(value):
                    yield handler.method.module, value


def _drops(project: Project, handler: Handler) -> bool:
    """Return whether Channels drops what a handler returns.

    It awaits what a plain method of an asynchronous consumer returns.
    """
    method = handler.method
    is_awaited = is_async_consumer(project.resolver, handler.consumer)
    return method.is_undecorated and is_awaited is isinstance(method.node, ast.AsyncFunctionDef)
