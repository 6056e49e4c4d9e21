"""Where a `connect()` ends without an answer, and the diff that adds one there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, Sequence, Tuple

from ..diffs import joined_diffs
from ..python.expressions import own_method
from .socket_uses import EFFECTS

if TYPE_CHECKING:
    from ..python.modules import Module

End = Tuple[int, str]  # the line behind which the answer belongs, and what to add
LEAVING = (ast.Return, ast.Raise)
UNCLEAR = (0, "")


def answers_at_ends(module: Module, body: Sequence[ast.stmt], answer: str) -> str:
    """Return the diff that adds an answer where the end of a method has none, "" if unclear."""
    ends = list(_ends(module, body, answer))
    if UNCLEAR in ends or not ends:
        return ""
    added: dict[int, list[str]] = {}
    for line, text in ends:
        added.setdefault(line, []).append(text)
    return joined_diffs(
        (line, "\n".join([f" {module.lines[line - 1]}", *texts])) for line, texts in added.items()
    )


def _ends(module: Module, block: Sequence[ast.stmt], answer: str) -> Iterator[End]:
    """Yield where the paths through a block end without an answer."""
    *earlier, last = block
    answering = [each for each in earlier if _answers(each) and not _leaves(each)]
    if answering or isinstance(last, LEAVING):
        if not all(isinstance(each, ast.Expr) for each in answering):
            yield UNCLEAR
    elif not _answers(last) and not module.source_line(last).startswith("elif "):
        is_own_line = module.lines[last.lineno - 1][: last.col_offset].strip() == ""
        end = getattr(last, "end_lineno", 0)
        yield (end, f"+{_margin(module, last)}{answer}") if is_own_line else UNCLEAR
    elif not isinstance(last, ast.Expr):
        yield from _ends_of_branches(module, last, answer)


def _ends_of_branches(module: Module, node: ast.stmt, answer: str) -> Iterator[End]:
    branches = _branches(node)
    if not branches:
        yield UNCLEAR
    for each in branches:
        yield from _ends(module, each, answer)
    margin = _margin(module, node)
    step = "\t" if "\t" in margin else "    "
    end = getattr(node, "end_lineno", 0)
    if isinstance(node, ast.If) and not node.orelse:
        yield end, f"+{margin}else:\n+{margin}{step}{answer}"
    elif _lacks_wildcard(node):
        yield end, f"+{margin}{step}case _:\n+{margin}{step * 2}{answer}"


def _branches(node: Any) -> list[list[ast.stmt]]:
    """Return the blocks of a statement that may be its end, none for a loop or a `finally`."""
    if isinstance(node, ast.Try) and not node.finalbody:
        return [node.orelse or node.body, *(each.body for each in node.handlers)]
    if isinstance(node, (ast.If, ast.With, ast.AsyncWith)):
        return [each for each in (node.body, getattr(node, "orelse", [])) if each]
    return [each.body for each in getattr(node, "cases", ())]


def _lacks_wildcard(node: ast.stmt) -> bool:
    """Return whether a statement is a `match` whose last case may not match."""
    last = getattr(node, "cases", [None])[-1]
    is_plain = last is not None and last.guard is None
    return last is not None and not (is_plain and getattr(last.pattern, "pattern", "") is None)


def _answers(node: ast.AST) -> bool:
    return any(own_method(each) in EFFECTS for each in ast.walk(node))


def _leaves(node: ast.stmt) -> bool:
    """Return whether a statement is an `if` that leaves the method."""
    return isinstance(node, ast.If) and isinstance(node.body[-1], LEAVING) and not node.orelse


def _margin(module: Module, node: ast.stmt) -> str:
    return module.lines[node.lineno - 1][: node.col_offset]
