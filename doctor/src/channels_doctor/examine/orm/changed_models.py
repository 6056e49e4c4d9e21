"""The models that the code of a project changes in transactions."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import (
    keyword,
    last_name,
    method_name,
    names_in,
    string_value,
    without_call,
)

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

ATOMIC = "django.db.transaction.atomic"
SAVING = {"save", "create", "get_or_create", "update_or_create"}


def atomic_blocks(module: Module) -> Iterator[ast.With]:
    """Yield the blocks `with transaction.atomic()`."""
    for block in module.find_all(ast.With):
        if any(is_transaction(module, each.context_expr) for each in block.items):
            yield block


def is_atomic(module: Module, function: Function) -> bool:
    """Return whether a decorator runs a function in a transaction."""
    return any(is_transaction(module, each) for each in function.decorator_list)


def is_transaction(module: Module, node: ast.expr) -> bool:
    """Return whether an expression is `transaction.atomic`, called or not."""
    return module.full_name(without_call(node)) == ATOMIC


class ChangedModels:
    """Tells whether a receiver of a signal may run in a transaction of the project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def may_have(self, module: Module, receiver: Function, signal: str) -> bool:
        """Return whether a transaction names the model of a signal, or saves an unknown one.

        Without ATOMIC_REQUESTS, Django sends `post_save` of a single `save()` after its commit.
        """
        senders = set(self._senders(receiver, signal))
        is_saved = bool(self._names & senders) or self._saves_unknown(module, senders)
        return bool(self._scopes) and (not senders or is_saved)

    def _senders(self, receiver: Function, signal: str) -> Iterator[str]:
        """Yield the models of a receiver, by their last names."""
        calls = [each for each in receiver.decorator_list if isinstance(each, ast.Call)]
        for other, call in self._connecting:
            named = self._project.resolver.function(other, call.args[0])
            if named and named.node is receiver:
                calls.append(call)
        names = (_model_name(keyword(call, "sender")) for call in calls)
        return filter(None, names if signal == "post_save" else ())

    @cached_property
    def _connecting(self) -> list[tuple[Module, ast.Call]]:
        """Return the calls of `connect()` with a receiver, in any module."""
        calls = self._project.find_all(ast.Call)
        return [each for each in calls if method_name(each[1]) == "connect" and each[1].args]

    @cached_property
    def _scopes(self) -> list[tuple[Module, ast.AST]]:
        """Return the transactions, and the functions that those call."""
        found: list[tuple[Module, ast.AST]] = []
        for module in self._project.production_modules:
            functions = (each for each in module.functions() if is_atomic(module, each))
            for node in [*atomic_blocks(module), *functions]:
                found.append((module, node))
                calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
                called = (self._project.resolver.function(module, each.func) for each in calls)
                found += [(each.module, each.node) for each in called if each]
        return found

    @cached_property
    def _names(self) -> set[str]:
        return {name for _, each in self._scopes for name in names_in(each)}

    def _saves_unknown(self, receiver: Module, senders: set[str]) -> bool:
        """Return whether a transaction of the receiver's app, or with its model, saves a variable.

        That of another app has other models.
        """
        app = receiver.path.rpartition("/")[0]
        return any(
            _saves_variable(scope)
            for module, scope in self._scopes
            if module.path.startswith(f"{app}/") or senders & set(module.imports)
        )


def _saves_variable(scope: ast.AST) -> bool:
    """Return whether a scope saves something that begins with a variable, and no class."""
    calls = (each for each in ast.walk(scope) if method_name(each) in SAVING)
    return any(_first_name(each)[:1].islower() for each in calls)


def _model_name(sender: ast.AST | None) -> str:
    """Return `Room` for the model `Room`, and for the text "chat.Room"."""
    return last_name(sender) or (string_value(sender) or "").rpartition(".")[2]


def _first_name(node: ast.AST) -> str:
    """Return the name with which an expression begins."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return last_name(node)
