"""Lists, tuples and dicts as they are laid out: the items, and what stands between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from channels_doctor.fixes.source import Source

    Opening = cst.LeftParen | cst.LeftSquareBracket | cst.LeftCurlyBrace
    Closing = cst.RightParen | cst.RightSquareBracket | cst.RightCurlyBrace


@dataclass(frozen=True)
class Item:
    """An element: its source, what stands behind it up to its comma, and what up to the next element."""

    code: str
    gap: str
    comma: str
    after: str

    @property
    def own_line(self) -> tuple[str, str]:
        """What follows the comma on its line, with the end of line, and what follows on further lines."""
        line, end, rest = self.after.partition("\n")
        return line + end, rest


@dataclass(frozen=True)
class Literal:
    """`start` ends before the first element; `end` is the bracket, if any."""

    start: str
    items: tuple[Item, ...]
    end: str

    @property
    def code(self) -> str:
        """The source of all of it."""
        return (
            self.start
            + "".join(each.code + each.gap + each.comma + each.after for each in self.items)
            + self.end
        )

    def before(self, index: int) -> str:
        """Return what stands between an element and the comma, or the bracket, before it."""
        return self.items[index - 1].after if index else self.start

    def begins_line(self, index: int) -> bool:
        """Return whether an element is the first of its line."""
        _, end, indent = self.before(index).rpartition("\n")
        return bool(end) and not indent.strip()

    def ends_line(self, index: int) -> bool:
        """Return whether, but for a comment, an element is the last of its line."""
        line = self.items[index].own_line[0].strip(" \t\f")
        return not self.items[index].gap.strip(" \t") and line.startswith(("\n", "\r", "#"))


def literal(source: Source, node: cst.List | cst.Tuple | cst.Dict) -> Literal:
    """Take a literal with at least one element apart; its outer parentheses are part of `start` and `end`."""
    opening, closing = _brackets(node)
    items = [_item(source, each) for each in node.elements]
    tail = source.code(closing[0].whitespace_before) if closing else ""
    items[-1] = replace(items[-1], after=items[-1].after + tail)
    start, end = ("".join(source.code(each) for each in some) for some in (opening, closing))
    return Literal(start, tuple(items), end[len(tail) :])


def _brackets(node: cst.List | cst.Tuple | cst.Dict) -> tuple[list[Opening], list[Closing]]:
    """Return the brackets from the outermost to the elements, and from them out again."""
    if isinstance(node, cst.List):
        return [*node.lpar, node.lbracket], [node.rbracket, *node.rpar]
    if isinstance(node, cst.Dict):
        return [*node.lpar, node.lbrace], [node.rbrace, *node.rpar]
    return [*node.lpar], [*node.rpar]


def _item(source: Source, element: cst.BaseElement | cst.BaseDictElement) -> Item:
    code = source.code(element.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    if not isinstance(element.comma, cst.Comma):
        return Item(code, "", "", "")
    gap, after = (
        source.code(each)
        for each in (element.comma.whitespace_before, element.comma.whitespace_after)
    )
    return Item(code, gap, ",", after)


def with_pair(source: Source, node: cst.Dict, pair: str) -> cst.BaseExpression:
    """Return a dict with one more pair at its end, on a line of its own if the last one has that."""
    parts = literal(source, node)
    index, last = len(parts.items) - 1, parts.items[-1]
    if parts.begins_line(index) and parts.ends_line(index):
        _, _, indent = parts.before(index).rpartition("\n")
        line, rest = last.own_line
        end = "\r\n" if line.endswith("\r\n") else "\n"
        new = [
            replace(last, comma=",", after=line + indent),
            Item(pair, "", last.comma, end + rest),
        ]
    else:
        new = [Item(last.code, "", ",", " "), Item(pair, last.gap, last.comma, last.after)]
    return source.expression(Literal(parts.start, (*parts.items[:-1], *new), parts.end).code)
