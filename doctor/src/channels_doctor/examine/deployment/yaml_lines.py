"""The part of YAML that compose files use, read line by line."""

from __future__ import annotations

import json
import re
from collections import deque
from typing import Iterator, NamedTuple

KEY = re.compile(r"""(?P<quote>["']?)(?P<name>[\w./<-]+)(?P=quote)\s*:(?:\s+(?P<value>.*))?$""")
ANCHOR = re.compile(r"^[&!*][^\s]*\s*")
ALIASES = re.compile(r"\*([\w.-]+)")
BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*$")
COMMENT = re.compile(r"(^|\s)#.*$")


class Entry(NamedTuple):
    """A value: the keys that lead to it, its text, its line, and whether it is a list item.

    `anchor` is the name that it gives to its content, and `aliases` are those that it takes over.
    """

    path: tuple[str, ...]
    value: str
    line: int
    is_item: bool
    anchor: str = ""
    aliases: tuple[str, ...] = ()


class _Line(NamedTuple):
    number: int
    indent: int
    text: str


def yaml_entries(text: str) -> Iterator[Entry]:
    """Yield the values of a YAML file in order; text on several lines is joined."""
    lines = deque(_lines(text))
    stack: list[tuple[int, str]] = []
    while lines:
        line = lines.popleft()
        is_item = line.text == "-" or line.text.startswith("- ")
        while stack and (
            stack[-1][0] > line.indent or (stack[-1][0] == line.indent and not is_item)
        ):
            stack.pop()
        path = tuple(name for _, name in stack)
        if is_item:
            value = line.text[1:].strip() + _continuation(lines, line)
            yield Entry(path, unquoted(value), line.number, True)
            continue
        key = KEY.match(line.text)
        if key:
            stack.append((line.indent, key["name"]))
            given = key["value"] or ""
            value = ANCHOR.sub("", given, count=1)
            if value:
                value = "" if BLOCK_SCALAR.match(value) else value
                value += _continuation(lines, line)
            anchor = given.split()[0][1:] if given.startswith("&") else ""
            names = tuple(ALIASES.findall(given)) if given.startswith(("*", "[*")) else ()
            text = unquoted(value.strip())
            yield Entry((*path, key["name"]), text, line.number, False, anchor, names)


def _lines(text: str) -> list[_Line]:
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        bare = raw.strip() if '"' in raw or "'" in raw else COMMENT.sub("", raw).strip()
        if bare and not bare.startswith("#"):
            found.append(_Line(number, len(raw) - len(raw.lstrip()), bare))
    return found


def _continuation(lines: deque[_Line], first: _Line) -> str:
    """Take the deeper lines that continue the value of the first line."""
    texts = []
    while lines and lines[0].indent > first.indent:
        texts.append(lines.popleft().text)
    return "".join(f" {each}" for each in texts)


def unquoted(value: str) -> str:
    """Return a text without its quotes."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value[1:-1]
    return value


def list_items(value: str) -> list[str] | None:
    """Return the items of `["a", "b"]`, None for another value."""
    if not (value.startswith("[") and value.endswith("]")):
        return None
    try:
        return [str(each) for each in json.loads(value)]
    except (ValueError, RecursionError):
        return [unquoted(each.strip()) for each in value[1:-1].split(",") if each.strip()]
