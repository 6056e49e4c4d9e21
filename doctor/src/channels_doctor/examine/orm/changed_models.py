"""The models that the code of a project changes in transactions."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import keyword, last_name, names_in, without_call

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

ATOMIC = "django.db.transaction.atomic"
# Objects that save a model whose name the code around them does not have.
SAVERS = {"serializer", "form", "formset"}


def atomic_blocks(module: Module) -> Iterator[ast.With]:
    """Yield the blocks `with transaction.atomic()`."""
    for block in module.find_all(ast.With):
        items = (without_call(each.context_expr) for each in block.items)
        if any(module.full_name(each) == ATOMIC for each in items):
            yield block


def is_atomic(module: Module, function: Function) -> bool:
    """Return whether a decorator runs a function in a transaction."""
    return any(module.full_name(without_call(each)) == ATOMIC for each in function.decorator_list)


class ChangedModels:
    """Tells whether a receiver of a signal may run in a transaction of the project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def may_have(self, module: Module, receiver: Function, signal: str) -> bool:
        """Return whether a transaction names the model whose signal a receiver gets.

        Without ATOMIC_REQUESTS, Django sends `post_save` of a single `save()` after its commit.
        """
        senders = set(self._senders(module, receiver, signal))
        return bool(self._names) and (not senders or bool(self._names & (senders | SAVERS)))

    def _senders(self, module: Module, receiver: Function, signal: str) -> Iterator[str]:
        """Yield the models of a receiver, by their last names."""
        calls = [each for each in receiver.decorator_list if isinstance(each, ast.Call)]
        for call in module.find_all(ast.Call):
            is_connect = last_name(call.func) == "connect" and bool(call.args)
            if is_connect and last_name(call.args[0]) == receiver.name:
                calls.append(call)
        names = (last_name(keyword(call, "sender")) for call in calls)
        return filter(None, names if signal == "post_save" else ())

    @cached_property
    def _names(self) -> set[str]:
        """Return the names in transactions, and in the functions that those call."""
        found: set[str] = set()
        for module in self._project.production_modules:
            functions = (each for each in module.functions() if is_atomic(module, each))
            for node in [*atomic_blocks(module), *functions]:
                found |= names_in(node)
                for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
                    called = self._project.resolver.function(module, call.func)
                    found |= names_in(called.node) if called else set()
        return found
