"""A test asserts the whole tuple that `connect()` returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..project_tests.test_sockets import find_test_sockets
from ..python.expressions import method_name
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "The test passes although the consumer refuses the socket."


def check(project: Project) -> Iterator[Finding]:
    """Find assertions of an awaited connect()."""
    for socket in find_test_sockets(project):
        made = socket.communicator
        for call in made.method_calls("connect") if made.name else []:
            awaited = made.module.parents[call]
            if isinstance(awaited, ast.Await) and _is_asserted(made.module, awaited):
                message = (
                    "`connect()` returns a tuple, which is true even for a refused socket."
                    " Assert its first item."
                )
                fix = replacement_diff(
                    made.module, awaited, f"({source_text(made.module, awaited)})[0]"
                )
                yield Finding(message, made.module.location(awaited), fix)


def _is_asserted(module: Module, node: ast.AST) -> bool:
    parent = module.parents.get(node)
    if isinstance(parent, ast.Assert):
        return parent.test is node
    return method_name(parent) == "assertTrue" and parent.args[:1] == [node]  # type: ignore[union-attr]
