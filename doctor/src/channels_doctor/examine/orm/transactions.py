"""Code that runs before its transaction is committed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

from ..python.expressions import without_call
from ..settings.deployed_settings import deployed_settings
from .changed_models import ChangedModels, atomic_blocks, is_atomic

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

NON_ATOMIC = "django.db.transaction.non_atomic_requests"
RECEIVER = "django.dispatch.receiver"
SIGNALS = "django.db.models.signals."
DELETIONS = ("pre_delete", "post_delete")
BEFORE_SAVING = ("pre_save", "pre_delete")
AROUND_SAVING = (*BEFORE_SAVING, "post_save", "post_delete", "m2m_changed")


class UncommittedCode(NamedTuple):
    """Statements in a transaction, and the words that name it.

    `signal` is that of a receiver, whose sender has written already.
    """

    module: Module
    nodes: Sequence[ast.AST]
    where: str
    signal: str = ""


def uncommitted_code(project: Project) -> Iterator[UncommittedCode]:
    """Yield the code that certainly runs, or may run, in a transaction."""
    signals = _connected(project)
    changed = ChangedModels(project)
    for module in project.production_modules:
        yield from _blocks(module)
        for function in module.functions():
            received = [
                name for each in function.decorator_list for name in _received(module, each)
            ]
            signal = _model_signal([*received, *signals.get(function, [])])
            if signal in BEFORE_SAVING or (signal and changed.may_have(module, function, signal)):
                yield UncommittedCode(module, function.body, f"a receiver of {signal}", signal)
            elif is_atomic(module, function):
                where = f"the transaction of {function.name}()"
                yield UncommittedCode(module, function.body, where)
            elif _is_view(function) and _has_atomic_requests(project, module, function):
                yield UncommittedCode(module, function.body, "the transaction of the request")


def _blocks(module: Module) -> Iterator[UncommittedCode]:
    for block in atomic_blocks(module):
        yield UncommittedCode(module, block.body, "`transaction.atomic()`")


def _model_signal(names: list[str]) -> str:
    """Return the first signal of a model's change, "" for none."""
    found = (name[len(SIGNALS) :] for name in names if name.startswith(SIGNALS))
    return next((name for name in found if name in AROUND_SAVING), "")


def _connected(project: Project) -> dict[ast.AST, list[str]]:
    """Return the functions that `post_save.connect(…)` and its like name, with the signals."""
    found: dict[ast.AST, list[str]] = {}
    for module, call in project.find_all(ast.Call):
        name = module.full_name(call.func)
        if name.startswith(SIGNALS) and name.endswith(".connect") and call.args:
            receiver = project.resolver.function(module, call.args[0])
            if receiver:
                found.setdefault(receiver.node, []).append(name[: -len(".connect")])
    return found


def _received(module: Module, decorator: ast.expr) -> list[str]:
    is_receiver = isinstance(decorator, ast.Call) and module.full_name(decorator.func) == RECEIVER
    first: Any = decorator.args[0] if is_receiver and decorator.args else None  # type: ignore[attr-defined]
    signals = first.elts if isinstance(first, (ast.List, ast.Tuple)) else [first]
    return [module.full_name(each) for each in signals if each is not None]


def _is_view(function: Function) -> bool:
    """Return whether a function is a synchronous view: its first parameter is `request`."""
    names = [each.arg for each in function.args.args[:2] if each.arg != "self"]
    return isinstance(function, ast.FunctionDef) and names[:1] == ["request"]


def _has_atomic_requests(project: Project, module: Module, function: Function) -> bool:
    """Return whether each view runs in a transaction."""
    names = [module.full_name(without_call(each)) for each in function.decorator_list]
    all_settings = [project.settings, *deployed_settings(project)]
    defaults = (each["DATABASES"].mapping.get("default") for each in all_settings)
    is_set = any(
        isinstance(each, dict) and each.get("ATOMIC_REQUESTS") is True for each in defaults
    )
    return is_set and NON_ATOMIC not in names
