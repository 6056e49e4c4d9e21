"""Calls of a communicator in tests whose coroutine is not awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.coroutine_uses import is_used_as_value
from ..python.expressions import called_name
from .test_sockets import find_test_sockets

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

COROUTINES = (
    "connect", "disconnect", "send_to", "send_json_to", "receive_from", "receive_json_from",
    "receive_nothing", "wait",
)  # fmt: skip


def unawaited_calls(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls whose result is dropped, asserted, unpacked or looked into."""
    for socket in find_test_sockets(project):
        made = socket.communicator
        for call in made.method_calls(*COROUTINES) if made.name else []:
            parent = made.module.parents.get(call)
            is_asserted = called_name(parent).startswith("assert")
            is_dropped = isinstance(parent, ast.Expr)
            if is_dropped or is_asserted or is_used_as_value(made.module, call):
                yield made.module, call
