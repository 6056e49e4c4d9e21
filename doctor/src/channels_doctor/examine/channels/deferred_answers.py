"""Consumers that leave the answer to a handshake to a later message of the channel layer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import constant_value, own_method
from ..python.nodes import walk
from .handlers import find_handlers

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function


def answers_later(project: Project, consumer: Definition) -> bool:
    """Return whether a handler of the layer's messages accepts, or `connect()` is only `...`."""
    is_stub = any(each.name == "connect" and _is_stub(each) for each in consumer.methods())
    return is_stub or any(
        own_method(node) == "accept"
        for handler in find_handlers(project)
        if handler.consumer.full_name == consumer.full_name and not handler.is_of_channels
        for node in walk(handler.method.node)
    )


def _is_stub(function: Function) -> bool:
    """Return whether the body of a function is `...`."""
    return all(
        isinstance(each, ast.Expr) and constant_value(each.value) is ... for each in function.body
    )
