"""Scripts as text: without comments, and cut into expressions at operators and brackets."""

from __future__ import annotations

import re
from typing import Iterator

COMMENTS = re.compile(
    r"/\*(?:(?!\*/|/\*).)*\*/|<!--(?:(?!-->|<!--).)*-->|\{#(?:(?!#\}|\{#).)*#\}"
    r"|\{%\s*comment(?:(?!endcomment|\{%\s*comment).)*endcomment\s*%\}|(?<![^\s;(),])//[^\n]*",
    re.DOTALL,
)
OPENING, CLOSING, QUOTES = "([{", ")]}", "'\"`"
# A line that begins with one of these goes on with the expression before it, and so does a line
# behind one that ends so.
CONTINUATIONS = ("+", "?", ":", ".", "||", "&&", ")", "]", "}")
OPEN_ENDS = ("+", "?", ":", "=", "(", "[", "{", ",", "||", "&&", "??", "=>")
JOIN = re.compile(r"""^\[(.*)\]\.join\(\s*(`[^`$]*`|'[^'\\]*'|"[^"\\]*")\s*\)$""", re.DOTALL)
CONCAT = re.compile(r"\.concat\(")
MAX_EXPRESSION = 1_000  # characters
MAX_ARGUMENTS = 5


def without_comments(text: str) -> str:
    """Return a text with blanks for its comments, so that every index and line stays."""
    return COMMENTS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def unquoted(text: str) -> Iterator[tuple[int, str]]:
    """Yield the characters outside of strings, with their indexes."""
    quote, index = "", 0
    while index < len(text):
        character = text[index]
        if quote:
            index += character == "\\"
            quote = "" if character == quote else quote
        elif character in QUOTES:
            quote = character
        else:
            yield index, character
        index += 1


def top_level(text: str) -> Iterator[tuple[int, str]]:
    """Yield the characters outside of strings and brackets, with their indexes."""
    depth = 0
    for index, character in unquoted(text):
        depth += (character in OPENING) - (character in CLOSING)
        if depth < 0:
            return
        if not depth and character not in CLOSING:
            yield index, character


def argument_end(text: str, start: int) -> int:
    """Return the index behind the argument of a call that begins at `start`."""
    part = text[start : start + MAX_EXPRESSION]
    comma = next((index for index, character in top_level(part) if character == ","), None)
    return start + (closing_index(part) if comma is None else comma)


def closing_index(text: str) -> int:
    """Return the index of the bracket that closes what is open before the text."""
    depth = 0
    for index, character in unquoted(text):
        depth += (character in OPENING) - (character in CLOSING)
        if depth < 0:
            return index
    return len(text)


def arguments(text: str, start: int) -> list[str]:
    """Return the arguments of the call whose bracket ends before `start`."""
    found: list[str] = []
    while len(found) < MAX_ARGUMENTS:
        end = argument_end(text, start)
        found.append(text[start:end].strip())
        if text[end : end + 1] != ",":
            break
        start = end + 1
    return [each for each in found if each]


def assignments(text: str, name: str) -> list[int]:
    """Return the indexes at which the expressions begin that a script assigns to a name."""
    pattern = rf"(?<![\w$.]){re.escape(name)}\s*=(?![=>])\s*"
    return [match.end() for match in re.finditer(pattern, text)]


def expression(text: str, start: int) -> str:
    """Return the expression that begins at an index, up to its semicolon or the end of its line."""
    part = text[start : start + MAX_EXPRESSION]
    for index, character in top_level(part):
        if character in ";,":
            return part[:index].strip()
        if character == "\n" and part[:index].strip():
            before, after = part[:index].rstrip(), part[index:].lstrip()
            if not before.endswith(OPEN_ENDS) and not after.startswith(CONTINUATIONS):
                return before.strip()
    return part[: closing_index(part)].strip()


def split(text: str, operator: str) -> list[str]:
    """Return the operands of an operator outside of strings and brackets."""
    parts, last = [], 0
    for index, _ in top_level(text):
        if index >= last and text.startswith(operator, index):
            parts.append(text[last:index].strip())
            last = index + len(operator)
    return [*parts, text[last:].strip()]


def joined_texts(text: str) -> list[str]:
    """Return the expressions that `[a, b].join("/")` or `a.concat(b)` puts together.

    The list is empty for another expression, and for a list with `...names`.
    """
    join = JOIN.match(text)
    if join and closing_index(join[1]) == len(join[1]) and "..." not in join[1]:
        items = [each for each in split(join[1], ",") if each]
        return [part for each in items for part in (join[2], each)][1:]
    for match in CONCAT.finditer(text):
        if match.end() + closing_index(text[match.end() :]) == len(text) - 1:
            return [text[: match.start()], *split(text[match.end() : -1], ",")]
    return []
