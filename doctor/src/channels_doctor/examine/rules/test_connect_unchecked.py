"""A test receives from a socket without looking whether it was accepted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..tests.communicators import Communicator, communicators, methods

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "TimeoutError"


def check(project: Project) -> Iterator[Finding]:
    """Find `await communicator.connect()` alone on its line, and a frame awaited from that communicator below."""
    for each in communicators(project):
        for call in methods(each, "connect"):
            if each.name and _is_thrown_away(each, call) and _is_received_from(each, call.lineno):
                message = (
                    f"{each.function.name} throws away what connect() returns, so a socket that was refused shows "
                    "only as a time-out further down."
                )
                yield Finding(message, each.module.place(call), _fix(each))


def _fix(each: Communicator) -> str:
    return f"-await {each.name}.connect()\n+connected, _ = await {each.name}.connect()\n+assert connected"


def _is_thrown_away(each: Communicator, call: ast.Call) -> bool:
    """Return whether nothing takes the value, and no `with pytest.raises(…)` waits for an error."""
    above = list(each.module.above(call))
    guarded = any(
        isinstance(node, (ast.With, ast.Try)) for node in above[: above.index(each.function)]
    )
    return isinstance(above[0], ast.Await) and isinstance(above[1], ast.Expr) and not guarded


def _is_received_from(each: Communicator, line: int) -> bool:
    return any(call.lineno > line for call in methods(each, "receive_from", "receive_json_from"))
