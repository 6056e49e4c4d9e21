"""A test ignores the result of `connect()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..project_tests.communicators import Communicator, communicators

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "TimeoutError"


def check(project: Project) -> Iterator[Finding]:
    """Find an unused result of `connect()` in a test that later receives a message."""
    for each in communicators(project):
        for call in each.method_calls("connect"):
            if each.name and _is_unused(each, call) and _is_received_from(each, call.lineno):
                message = (
                    f"`{each.function.name}` ignores the result of `connect()`, so a refused socket"
                    " appears as a timeout. Assert `connected`."
                )
                yield Finding(message, each.module.location(call), _fix(each))


def _fix(each: Communicator) -> str:
    return (
        f"-await {each.name}.connect()\n"
        f"+connected, _ = await {each.name}.connect()\n"
        "+assert connected"
    )


def _is_unused(each: Communicator, call: ast.Call) -> bool:
    """Return whether the result is unused, outside of `with pytest.raises(…)`."""
    around = list(each.module.enclosing_nodes(call))
    in_function = around[: around.index(each.function)]
    is_guarded = any(isinstance(node, (ast.With, ast.Try)) for node in in_function)
    is_statement = isinstance(around[0], ast.Await) and isinstance(around[1], ast.Expr)
    return is_statement and not is_guarded


def _is_received_from(each: Communicator, line: int) -> bool:
    receives = each.method_calls("receive_from", "receive_json_from")
    return any(call.lineno > line for call in receives)
