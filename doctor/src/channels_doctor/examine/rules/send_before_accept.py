"""A message is sent before the socket is accepted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.handlers import socket_paths
from ..channels.own_calls import is_super
from ..channels.socket_uses import EFFECTS, NEW, OPEN, SENDING_METHODS
from ..diffs import joined_diffs
from ..finding import Finding
from ..python.caught_errors import is_in_try
from ..python.expressions import own_method
from ..python.source_text import short_text, source_text

if TYPE_CHECKING:
    from ..channels.socket_uses import Use
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
HTTP_500 = "the handshake fails with HTTP 500"
SYMPTOM = "ValueError: Socket has not been accepted, so cannot send over it"


def check(project: Project) -> Iterator[Finding]:
    """Find what `connect()` certainly sends before it accepts or closes the socket."""
    for handler, paths in socket_paths(project):
        module = handler.method.module
        for use in paths.uses:
            if use.method in SENDING_METHODS and use.is_only(NEW) and use.is_certain:
                effect = "it raises an error" if is_in_try(module, use.node) else HTTP_500
                message = (
                    f"`{short_text(use.node)}` comes before `accept()`, so {effect}. Accept the"
                    " socket first."
                )
                fix = _earlier_accept(module, use.node, paths.uses)
                cause = (module.path, handler.method.full_name)
                yield Finding(message, module.location(use.node), fix, cause=cause)


def _earlier_accept(module: Module, node: ast.AST, uses: list[Use]) -> str:
    """Return the diff that moves the next `accept()` of its block above a call, or adds one."""
    line, sent = _line(node), module.source_line(node)
    later = (each.node for each in uses if EFFECTS.get(each.method) == OPEN)
    opening: Any = next(
        (each for each in later if _line(each) > line and _is_beside(module, node, each)), None
    )
    if opening is None:
        wait = "await " if sent.startswith("await ") else ""
        return f"+{wait}self.accept()\n {sent}"
    moved = module.source_line(opening)
    is_line = moved == source_text(module, next(_statements(module, opening)))
    is_accept = own_method(opening) == "accept"
    if not is_line or not (is_accept or is_super(opening.func)):
        return f"Send it after `{short_text(opening)}`."
    return joined_diffs([(line, f"+{moved}\n {sent}"), (_line(opening), f"-{moved}")])


def _statements(module: Module, node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements around a node, the inner ones first."""
    return (each for each in [node, *module.enclosing_nodes(node)] if isinstance(each, ast.stmt))


def _is_beside(module: Module, node: ast.AST, other: ast.AST) -> bool:
    """Return whether the statements of two nodes are in one block."""
    first, second = (next(_statements(module, each)) for each in (node, other))
    blocks = (block for _, block in ast.iter_fields(module.parents[first]))
    return any(first in block and second in block for block in blocks if isinstance(block, list))


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
