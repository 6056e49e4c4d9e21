"""The calls whose results nothing awaits, or that are used as if they were no coroutines."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.coroutine_uses import returned_applications, scope_calls, used_calls
from ..python.expressions import own_method
from .api import ON_COMMIT
from .handler_kinds import handlers_of_other_kind
from .ignored_return_values import returned_calls
from .socket_uses import EFFECTS, SENDING_METHODS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

OWN = {*EFFECTS, *SENDING_METHODS}


def dropped_calls(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls, without those that another rule awaits along with their function."""
    plain = {
        handler.method.node for each in handlers_of_other_kind(project) for handler in each.handlers
    }
    for module, call in _dropped(project):
        if own_method(call) not in OWN or module.enclosing_function(call) not in plain:
            yield module, call


def _dropped(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    for module, statement in project.find_all(ast.Expr):
        if isinstance(statement.value, ast.Call):
            yield module, statement.value
    for module, call in project.calls(ON_COMMIT):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Lambda) and isinstance(first.body, ast.Call):
            yield module, first.body
    for module in project.production_modules:
        calls = [*used_calls(module), *scope_calls(module), *returned_applications(module)]
        yield from ((module, call) for call in calls)
    yield from returned_calls(project)
