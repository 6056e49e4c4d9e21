"""`"daphne"` moves to the front of `INSTALLED_APPS`, and takes its comments with it."""

from __future__ import annotations

import re
from dataclasses import replace

import libcst as cst

from channels_doctor.fixes.collections import Item, Literal, literal
from channels_doctor.fixes.setting_nodes import assignments, text
from channels_doctor.fixes.source import Leave, Source

DAPHNE = {"daphne", "daphne.apps.DaphneConfig"}
# A comment above Daphne that says one of these is about it; another may be the heading of a group.
ABOUT = re.compile(r"daphne|asgi|runserver|websocket|first|before|top", re.IGNORECASE)


def mend(source: Source, line: int) -> cst.Module:
    """Return the file with the list changed."""
    node = _apps(source, line)
    parts = literal(source, node)
    index = _index(node)
    if parts.begins_line(index) and parts.ends_line(index):
        moved = _move_line(parts, index)
    elif not _has_structure(parts, index):
        moved = _rotate(parts, index)
    else:
        raise Leave("Daphne shares its line with other apps, between comments.")
    return source.replaced(node, source.expression(moved.code)).module


def _apps(source: Source, line: int) -> cst.List | cst.Tuple:
    found = [
        each
        for each in assignments(source.module)
        if each.name == "INSTALLED_APPS" and not each.keys
    ]
    whole = [
        each
        for each in found
        if each.operator == "=" and isinstance(each.value, cst.List | cst.Tuple)
    ]
    chosen = [each for each in whole if each.stands_at(line)] or whole
    wrong = [
        each.value
        for each in chosen
        if isinstance(each.value, cst.List | cst.Tuple) and _index(each.value) > 0
    ]
    if len(wrong) != 1:
        raise Leave(
            f"{source.path} does not write INSTALLED_APPS, with Daphne in it, out in one place."
        )
    return wrong[0]


def _index(node: cst.List | cst.Tuple) -> int:
    found = [number for number, each in enumerate(node.elements) if text(each.value) in DAPHNE]
    return found[0] if len(found) == 1 else -1


def _has_structure(parts: Literal, index: int) -> bool:
    """Return whether comments or blank lines say what belongs together in the part that would move."""
    between = [parts.start, *(each.gap + each.after for each in parts.items[: index + 1])]
    return any("#" in each or len(re.findall(r"\n", each)) > 1 for each in between)


def _rotate(parts: Literal, index: int) -> Literal:
    codes = [each.code for each in parts.items[: index + 1]]
    codes = [codes[-1], *codes[:-1]]
    items = [replace(each, code=code) for each, code in zip(parts.items, codes, strict=False)]
    return Literal(parts.start, (*items, *parts.items[index + 1 :]), parts.end)


def _move_line(parts: Literal, index: int) -> Literal:
    """Cut Daphne's line, with the comments above it that are its own, and put it on the first line of the list."""
    items = list(parts.items)
    daphne, previous = items.pop(index), items[index - 1]
    line, rest = daphne.own_line
    kept, comments, indent = _cut(previous.after, index == len(items) or _begins_a_group(rest))
    items[index - 1] = replace(
        previous, comma=daphne.comma if index == len(items) else ",", after=kept + rest
    )
    bracket, end, below = parts.start.partition("\n")
    if not end:
        # The first element stands beside the bracket, so Daphne does.
        below, comments = indent, comments.lstrip(" \t")
    above = comments + indent if end or comments else ""
    return Literal(
        bracket + end + above, (Item(daphne.code, "", ",", line + below), *items), parts.end
    )


def _begins_a_group(text: str) -> bool:
    return text.lstrip(" \t").startswith(("#", "\n", "\r"))


def _cut(before: str, alone: bool) -> tuple[str, str, str]:
    """Split what stands above Daphne: what stays, its own comments, its indentation."""
    lines = before.splitlines(keepends=True)
    indent = lines.pop() if not lines[-1].endswith(("\n", "\r")) else ""
    first = len(lines)
    while first > 1 and lines[first - 1].lstrip(" \t").startswith("#"):
        first -= 1
    comments = "".join(lines[first:])
    if not (alone or ABOUT.search(comments)):
        return "".join(lines), "", indent
    return "".join(lines[:first]), comments, indent
