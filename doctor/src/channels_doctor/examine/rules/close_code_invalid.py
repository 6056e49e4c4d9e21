"""A WebSocket is closed with a code that the protocol does not allow."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.close_codes import possible_codes
from ..channels.handlers import socket_paths
from ..channels.socket_uses import NEW
from ..finding import Finding
from ..python.expressions import own_method
from ..python.source_text import replacement_diff

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Exception: invalid close code 403 (must be 1000 or from [3000, 4999])"

# The codes that a close frame may have; 1004 to 1006 and 1015 are never sent.
DEFINED_CODES = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}
HTTP_STATUS = range(400, 500)
OWN_CODES = 4000  # the first code for applications


def check(project: Project) -> Iterator[Finding]:
    """Find the literal codes of `close()` that no close frame can have."""
    refusals = {
        use.call
        for _, paths in socket_paths(project)
        for use in paths.uses
        if use.method == "close" and use.is_only(NEW)
    }
    for consumer in project.production_consumers:
        for module, call in _closes(project, consumer):
            for place, node, code in possible_codes(project, consumer, module, call):
                if code not in DEFINED_CODES and call not in refusals:
                    yield _finding(place, node, code)


def _closes(project: Project, consumer: Definition) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls `self.close(…)` in a consumer and in its ancestors."""
    for cls in project.resolver.mro(consumer):
        for node in ast.walk(cls.node):
            if isinstance(node, ast.Call) and own_method(node) == "close":
                yield cls.module, node


def _finding(module: Module, node: ast.AST, code: int) -> Finding:
    valid = OWN_CODES + code if code in HTTP_STATUS else OWN_CODES
    message = (
        f"`close()` has the code {code}, so the server raises an error and the client sees 1011"
        f" or 1006. Use 1000, or a code of your own from 4000 to 4999, such as {valid}."
    )
    return Finding(message, module.location(node), replacement_diff(module, node, str(valid)))
