"""Calls of a consumer's own `disconnect()`, and of `close()` in it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterable, Iterator

from ..python.expressions import all_arguments, own_method
from ..python.signatures import signature_of
from ..python.source_text import replacement_diff, short_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

CLOSE = "await self.close()"
REFUSE = f"Call `{CLOSE}` on each path that refuses the socket, and on no other."


def calls_disconnect(project: Project, module: Module, call: ast.Call) -> bool:
    """Return whether a statement in a consumer is `self.disconnect(…)`."""
    if own_method(call) != "disconnect" or not isinstance(module.parents.get(call), ast.Expr):
        return False
    cls = project.resolver.enclosing_class(module, call)
    return cls is not None and cls.full_name in {each.full_name for each in project.consumers}


def without_repeats(
    project: Project, calls: Iterable[tuple[Module, ast.Call]]
) -> Iterator[tuple[Module, ast.Call]]:
    """Yield calls, of those of `disconnect()` only the first in each function."""
    functions: set[ast.AST | None] = set()
    for module, call in calls:
        function = module.enclosing_function(call)
        if not calls_disconnect(project, module, call):
            yield module, call
        elif function not in functions:
            functions.add(function)
            yield module, call


def closing_message(call: ast.Call) -> str:
    """Return the message for a call that nothing awaits."""
    return (
        f"`{short_text(call)}` is never awaited, and closes no socket: Channels calls"
        " `disconnect()` when a socket has ended. Use `self.close()`."
    )


def arguments_error(project: Project, module: Module, call: ast.Call) -> str:
    """Return the TypeError of a call that gives no code to `disconnect()`, "" if it gives one."""
    cls = project.resolver.enclosing_class(module, call)
    method = project.resolver.member(cls, "disconnect") if cls else None
    if cls is None or method is None or not method.is_function or all_arguments(call):
        return ""
    signature = signature_of(method.node)
    return signature.error(f"{cls.name}.disconnect", 0, []) if signature.required > 0 else ""


def closing_diff(module: Module, call: ast.Call) -> str:
    """Return the diff that closes the socket, or advice if the socket may be accepted by then."""
    function = module.enclosing_function(call)
    nodes: Iterator[Any] = ast.walk(function) if function else iter(())
    lines = [each.lineno for each in nodes if own_method(each) == "accept"]
    is_behind = any(line < call.lineno for line in lines)
    return REFUSE if is_behind else replacement_diff(module, call, CLOSE)


def closes_a_closed_socket(module: Module, call: ast.Call, name: str) -> bool:
    """Return whether `disconnect()` calls Channels' own `close()`, which fails when it runs."""
    function = module.enclosing_function(call)
    is_after = getattr(function, "name", "") == "disconnect"
    is_statement = isinstance(module.parents.get(call), ast.Expr)
    return is_after and is_statement and name.endswith("WebsocketConsumer.close")


def removal_diff(module: Module, call: ast.Call) -> str:
    """Return the diff that deletes the statement of a call; `pass` replaces the only one."""
    statement = module.parents[call]
    block = getattr(module.parents[statement], "body", [])
    fix = replacement_diff(module, call, "pass")
    return fix.replace("\n+pass", "") if statement in block and len(block) > 1 else fix
