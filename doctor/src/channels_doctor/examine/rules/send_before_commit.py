"""A message is sent before its transaction is committed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.senders import Senders
from ..finding import Finding
from ..orm.transactions import uncommitted_code
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "matching query does not exist."

ON_COMMIT = "django.db.transaction.on_commit"
NOT_CALLABLE = "TypeError: on_commit()'s callback must be a callable."


def check(project: Project) -> Iterator[Finding]:
    """Find messages in transactions, in receivers of model signals, and in on_commit(f())."""
    senders = Senders(project)
    seen = set()
    for module, call in _called_too_early(project, senders):
        seen.add(call)
        yield _called_finding(module, call)
    for code in uncommitted_code(project):
        for call in senders.in_nodes(code.module, code.nodes):
            if call not in seen:
                seen.add(call)
                yield _finding(code.module, call, code.where)


def _finding(module: Module, call: ast.Call, where: str) -> Finding:
    wrapped = call.func.args[0] if isinstance(call.func, ast.Call) and call.func.args else call.func
    message = (
        f"`{short_text(wrapped)}()` sends in {where}, so the message can arrive before the commit."
        " Use `transaction.on_commit()`."
    )
    text = f"transaction.on_commit(lambda: {source_text(module, call)})"
    diff = replacement_diff(module, call, text)
    is_complete = diff != text and not isinstance(module.parents.get(call), ast.Await)
    return Finding(message, module.location(call), diff if is_complete else "")


def _called_too_early(project: Project, senders: Senders) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls whose result on_commit() gets instead of the function."""
    for module, outer in project.calls(ON_COMMIT):
        call = outer.args[0] if outer.args else None
        if isinstance(call, ast.Call):
            called = project.resolver.function(module, call.func)
            if called and senders.is_sender(called) and not _returns_value(called.node):
                yield module, call


def _returns_value(function: ast.AST) -> bool:
    return any(isinstance(each, ast.Return) and each.value for each in ast.walk(function))


def _called_finding(module: Module, call: ast.Call) -> Finding:
    message = (
        f"`on_commit()` gets the result of `{short_text(call)}`, which has sent before the commit."
        " Pass a function."
    )
    fix = replacement_diff(module, call, f"lambda: {source_text(module, call)}")
    return Finding(message, module.location(call), fix, "error", None, NOT_CALLABLE)
