"""What several queries in an event loop have in common, so that they are one finding."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..python.expressions import last_name, walk_body

if TYPE_CHECKING:
    from ..python.call_graph import LoopMatch

RECORDS = (ast.Name, ast.Attribute)
ANY_EXCEPTION = {"Exception", "BaseException"}


def without_results(matches: list[LoopMatch]) -> list[LoopMatch]:
    """Return the matches without `.delete()` and the like on what another query returns."""
    nodes = {each.node for each in matches}
    holders = [getattr(getattr(each.node, "func", None), "value", None) for each in matches]
    return [found for found, holder in zip(matches, holders) if holder not in nodes]


def follows_failure(found: LoopMatch) -> bool:
    """Return whether a match is in `except Exception:` behind code that awaits.

    It runs only where an asynchronous query has failed.
    """
    around = [found.node, *found.module.enclosing_nodes(found.node)]
    return any(
        isinstance(outer, ast.Try)
        and isinstance(each, ast.ExceptHandler)
        and last_name(each.type) in {"", *ANY_EXCEPTION}
        and any(isinstance(node, ast.Await) for node in walk_body(outer.body))
        for each, outer in zip(around, around[1:])
    )


def cause_of(found: LoopMatch) -> Any:
    """Return the cause of a match.

    It is a record whose relations are not loaded, a variable with a query set, else a statement.
    """
    node = found.node
    if found.helper is not None:
        return found.match.node
    if is_relation(found):
        return found.function, ast.dump(node.value)  # type: ignore[attr-defined]
    if isinstance(node, ast.Name):
        return found.function, node.id
    around = found.module.enclosing_nodes(node)
    return next((each for each in around if isinstance(each, ast.stmt)), node)


def is_relation(found: LoopMatch) -> bool:
    """Return whether a match is a read of a relation that may be loaded."""
    is_read = isinstance(found.node, ast.Attribute) and isinstance(found.node.value, RECORDS)
    return is_read and not found.match.is_certain and found.helper is None
