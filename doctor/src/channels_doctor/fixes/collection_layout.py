"""The layout of lists, tuples and dicts: their items, and the text between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from channels_doctor.fixes.source_file import SourceFile

    Opening = cst.LeftParen | cst.LeftSquareBracket | cst.LeftCurlyBrace
    Closing = cst.RightParen | cst.RightSquareBracket | cst.RightCurlyBrace


@dataclass(frozen=True)
class Item:
    """The source of an item, the text before its comma, the comma and the text after it."""

    code: str
    gap: str
    comma: str
    after: str

    @property
    def own_line(self) -> tuple[str, str]:
        """The rest of the line after the comma, with its newline, and the text on later lines."""
        line, newline, rest = self.after.partition("\n")
        return line + newline, rest


@dataclass(frozen=True)
class Layout:
    """`start` is the text before the first item, `end` the closing bracket, if any."""

    start: str
    items: tuple[Item, ...]
    end: str

    @property
    def code(self) -> str:
        """The source of the whole literal."""
        items = "".join(each.code + each.gap + each.comma + each.after for each in self.items)
        return self.start + items + self.end

    def before(self, index: int) -> str:
        """Return the text between an item and the comma or bracket before it."""
        return self.items[index - 1].after if index else self.start

    def starts_line(self, index: int) -> bool:
        """Return whether an item is the first on its line."""
        _, newline, indent = self.before(index).rpartition("\n")
        return bool(newline) and not indent.strip()

    def ends_line(self, index: int) -> bool:
        """Return whether an item is the last on its line, apart from a comment."""
        line = self.items[index].own_line[0].strip(" \t\f")
        return not self.items[index].gap.strip(" \t") and line.startswith(("\n", "\r", "#"))


def layout_of(source: SourceFile, node: cst.List | cst.Tuple | cst.Dict) -> Layout:
    """Return the layout of a literal with at least one item.

    Parentheses around the literal are part of `start` and `end`.
    """
    opening, closing = _brackets(node)
    items = [_item(source, each) for each in node.elements]
    tail = source.code(closing[0].whitespace_before) if closing else ""
    items[-1] = replace(items[-1], after=items[-1].after + tail)
    start, end = (
        "".join(source.code(bracket) for bracket in brackets) for brackets in (opening, closing)
    )
    return Layout(start, tuple(items), end[len(tail) :])


def _brackets(node: cst.List | cst.Tuple | cst.Dict) -> tuple[list[Opening], list[Closing]]:
    """Return the opening brackets from the outermost, and the closing ones from the innermost."""
    if isinstance(node, cst.List):
        return [*node.lpar, node.lbracket], [node.rbracket, *node.rpar]
    if isinstance(node, cst.Dict):
        return [*node.lpar, node.lbrace], [node.rbrace, *node.rpar]
    return [*node.lpar], [*node.rpar]


def _item(source: SourceFile, element: cst.BaseElement | cst.BaseDictElement) -> Item:
    code = source.code(element.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    if not isinstance(element.comma, cst.Comma):
        return Item(code, "", "", "")
    gap = source.code(element.comma.whitespace_before)
    after = source.code(element.comma.whitespace_after)
    return Item(code, gap, ",", after)


def append_item(source: SourceFile, node: cst.Dict, item: str) -> cst.BaseExpression:
    """Return a dict with one more item, on a line of its own if the last one has that."""
    layout = layout_of(source, node)
    index, last = len(layout.items) - 1, layout.items[-1]
    if layout.starts_line(index) and layout.ends_line(index):
        _, _, indent = layout.before(index).rpartition("\n")
        line, rest = last.own_line
        newline = "\r\n" if line.endswith("\r\n") else "\n"
        new = [
            replace(last, comma=",", after=line + indent),
            Item(item, "", last.comma, newline + rest),
        ]
    else:
        new = [Item(last.code, "", ",", " "), Item(item, last.gap, last.comma, last.after)]
    items = (*layout.items[:-1], *new)
    return source.parse_expression(Layout(layout.start, items, layout.end).code)
