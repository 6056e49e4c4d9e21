"""Move `"daphne"` and its comments to the front of `INSTALLED_APPS`."""

from __future__ import annotations

import re
from dataclasses import replace

import libcst as cst

from channels_doctor.fixes.collection_layout import Item, Layout, layout_of
from channels_doctor.fixes.setting_statements import find_statements, string_value
from channels_doctor.fixes.source_file import CannotFix, SourceFile

DAPHNE = {"daphne", "daphne.apps.DaphneConfig"}
# A comment above Daphne with one of these words is about it; others are headings of groups.
ABOUT_DAPHNE = re.compile(r"daphne|asgi|runserver|websocket|first|before|top", re.IGNORECASE)


def fix(source: SourceFile, line: int) -> cst.Module:
    """Return the file with the apps in another order."""
    node = _installed_apps(source, line)
    layout = layout_of(source, node)
    index = _daphne_index(node)
    if layout.starts_line(index) and layout.ends_line(index):
        moved = _move_line(layout, index)
    elif not _has_structure(layout, index):
        moved = _rotate(layout, index)
    else:
        raise CannotFix("Daphne is on one line with other apps, between comments.")
    return source.replace(node, source.parse_expression(moved.code)).module


def _installed_apps(source: SourceFile, line: int) -> cst.List | cst.Tuple:
    """Return the literal on the line, else the only one, in which Daphne is not the first."""
    literals = [
        (each, each.value)
        for each in find_statements(source.module)
        if each.name == "INSTALLED_APPS"
        and not each.keys
        and each.operator == "="
        and isinstance(each.value, cst.List | cst.Tuple)
    ]
    candidates = [value for each, value in literals if each.is_at(line)]
    candidates = candidates or [value for _, value in literals]
    wrong = [value for value in candidates if _daphne_index(value) > 0]
    if len(wrong) != 1:
        raise CannotFix(f"{source.path} has no single literal INSTALLED_APPS with Daphne in it.")
    return wrong[0]


def _daphne_index(node: cst.List | cst.Tuple) -> int:
    """Return the index of Daphne; -1 if it is not there exactly once."""
    found = [
        number for number, each in enumerate(node.elements) if string_value(each.value) in DAPHNE
    ]
    return found[0] if len(found) == 1 else -1


def _has_structure(layout: Layout, index: int) -> bool:
    """Return whether comments or blank lines group the items up to Daphne."""
    between = [layout.start, *(each.gap + each.after for each in layout.items[: index + 1])]
    return any("#" in text or text.count("\n") > 1 for text in between)


def _rotate(layout: Layout, index: int) -> Layout:
    codes = [each.code for each in layout.items[: index + 1]]
    codes = [codes[-1], *codes[:-1]]
    items = [replace(each, code=code) for each, code in zip(layout.items, codes, strict=False)]
    return Layout(layout.start, (*items, *layout.items[index + 1 :]), layout.end)


def _move_line(layout: Layout, index: int) -> Layout:
    """Move Daphne's line, with its comments above, to the first line of the list."""
    items = list(layout.items)
    daphne, previous = items.pop(index), items[index - 1]
    is_last = index == len(items)
    line, rest = daphne.own_line
    remaining, comments, indent = _cut(previous.after, is_last or _starts_group(rest))
    comma = daphne.comma if is_last else ","
    items[index - 1] = replace(previous, comma=comma, after=remaining + rest)
    bracket, newline, below = layout.start.partition("\n")
    if not newline:
        # The first item is on the line of the bracket, so Daphne takes its place.
        below, comments = indent, comments.lstrip(" \t")
    above = comments + indent if newline or comments else ""
    first = Item(daphne.code, "", ",", line + below)
    return Layout(bracket + newline + above, (first, *items), layout.end)


def _starts_group(text: str) -> bool:
    return text.lstrip(" \t").startswith(("#", "\n", "\r"))


def _cut(before: str, is_end_of_group: bool) -> tuple[str, str, str]:
    """Split the text above Daphne: what remains, its own comments, and its indentation."""
    lines = before.splitlines(keepends=True)
    indent = lines.pop() if not lines[-1].endswith(("\n", "\r")) else ""
    first = len(lines)
    while first > 1 and lines[first - 1].lstrip(" \t").startswith("#"):
        first -= 1
    comments = "".join(lines[first:])
    if not (is_end_of_group or ABOUT_DAPHNE.search(comments)):
        return "".join(lines), "", indent
    return "".join(lines[:first]), comments, indent
