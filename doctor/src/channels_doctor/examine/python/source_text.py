"""Expressions as text, for messages and for the diffs that fix them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from .expressions import subscript_key

if TYPE_CHECKING:
    from .modules import Module

MAX_SHORT_TEXT = 60  # characters of an expression in a message


def short_text(node: ast.AST) -> str:
    """Return an expression as short text, as in `Room.objects.filter(…).first()`."""
    text = _short_text(node)
    return text if len(text) <= MAX_SHORT_TEXT else "…" + text[-MAX_SHORT_TEXT:]


def _short_text(node: Any) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_short_text(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_short_text(node.func)}({'…' if node.args or node.keywords else ''})"
    if isinstance(node, ast.Subscript):
        key = subscript_key(node)
        return f"{_short_text(node.value)}[{'…' if key is None else repr(key)}]"
    return _short_text(node.value) if isinstance(node, ast.Await) else "…"


def awaited_text(module: Module, node: ast.AST, text: str) -> str:
    """Return a text in place of a node with `await`, in parentheses where more follows it."""
    return f"(await {text})" if _is_held(module, node) else f"await {text}"


def _is_held(module: Module, node: ast.AST) -> bool:
    """Return whether an attribute, an item or a call of an expression follows it."""
    parent = module.parents.get(node)
    is_holder = isinstance(parent, (ast.Attribute, ast.Subscript, ast.Call))
    return is_holder and node in (getattr(parent, "value", None), getattr(parent, "func", None))


def source_text(module: Module, node: ast.AST) -> str:
    """Return the source of an expression on one line, and the short text of any other."""
    found = _split_line(module, node)
    return found[1] if found else short_text(node)


def source_excerpt(module: Module, node: ast.AST) -> str:
    """Return an expression as short text, a literal as its source."""
    short = short_text(node)
    text = source_text(module, node) if short == "…" else short
    return text if len(text) <= MAX_SHORT_TEXT else text[:MAX_SHORT_TEXT] + "…"


def replacement_diff(module: Module, node: ast.AST, new: str) -> str:
    """Return a diff that replaces an expression; only the new text when it spans several lines."""
    found = _split_line(module, node)
    if not found:
        return new
    before, _, after = found
    return f"-{module.source_line(node)}\n+{(before + new + after).strip()}"


def _split_line(module: Module, node: Any) -> tuple[str, str, str] | None:
    """Return the line of an expression as the text before it, its own and the text after it.

    None when the expression spans several lines. Python counts columns in bytes.
    """
    number = getattr(node, "lineno", 0)
    if number != getattr(node, "end_lineno", 0) or not 0 < number <= len(module.lines):
        return None
    line = module.lines[number - 1].encode()
    start, end = node.col_offset, node.end_col_offset
    before, own, after = (
        part.decode("utf-8", "replace") for part in (line[:start], line[start:end], line[end:])
    )
    return before, own, after
