"""Where a script inserts the values of a message as HTML."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

from .message_names import MessageNames
from .script_functions import functions
from .script_text import arguments, expression

SINK = re.compile(
    r"\.(innerHTML|outerHTML)\s*\+?=(?!=)\s*"
    r"|\.(insertAdjacentHTML|html|append|prepend|before|after)\("
)
JQUERY = re.compile(r"\$\(|\bjQuery\b|\$\w")  # its methods take HTML, those of elements do not
STATEMENT_END = re.compile(r"[;{}]|\n(?!\s*\.)")  # a chain of calls goes on in the next line
CALL = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)\(")
MAX_DEPTH = 3  # functions that call functions


class Insert(NamedTuple):
    """The key of a value that becomes HTML, the index of the place, and how it is inserted.

    `is_whole` says that the value is all that is inserted there.
    """

    key: str
    start: int
    sink: str
    is_whole: bool


def html_inserts(script: str, start: int, body: str, data: str) -> Iterator[Insert]:
    """Yield the values of a message that its handler, or a function of the script, inserts.

    `start` and `body` are those of the handler, and `data` is the expression of the message's text.
    """
    names = MessageNames(set(), {})
    names.read(body, rf"JSON\.parse\(\s*{re.escape(data)}\s*\)")
    yield from _in_code(script, start, body, names, 0)


def _in_code(text: str, start: int, code: str, names: MessageNames, depth: int) -> Iterator[Insert]:
    names.read(code)
    for match in SINK.finditer(code):
        inserted = _inserted(text, code, match)
        for each in _values(code, inserted):
            for key in names.keys_in(each):
                if _is_cleaned(code, names.objects, key):
                    continue
                is_whole = bool(names.key(inserted))
                yield Insert(key, start + match.start(), match[1] or match[2], is_whole)
    if depth < MAX_DEPTH:
        yield from _in_functions(text, code, names, depth)


def _inserted(text: str, code: str, match: re.Match[str]) -> str:
    """Return the expression that a place inserts, "" where it does not become HTML."""
    if match[1]:
        return expression(code, match.end())
    given = arguments(code, match.end())
    if match[2] == "insertAdjacentHTML":
        return given[1] if given[1:] else ""
    statement = STATEMENT_END.split(code[: match.start() + 1])[-1]
    return given[0] if given and _is_jquery(text, statement) else ""


def _is_jquery(text: str, statement: str) -> bool:
    """Return whether a statement begins with an object of jQuery, and not with a DOM element."""
    name = re.match(r"\s*(\$\w+)\.$", statement)
    is_element = name and re.search(rf"{re.escape(name[1])}\s*=\s*document\.", text)
    return bool(JQUERY.search(statement)) and not is_element


def _is_cleaned(code: str, objects: set[str], key: str) -> bool:
    """Return whether some code changes a message in place, or tests the value of the key."""
    for name in map(re.escape, objects):
        item = rf"(?<![\w$.]){name}(?:\.{re.escape(key)}\b|\[[^\]\n]*\])"
        cleaned = rf"\b\w*(?:saniti[sz]e|escape|purify|clean)\w*\(\s*{name}\s*[,)]"
        if re.search(rf"{item}\s*=(?![=>])|\.test\(\s*{item}|{cleaned}", code, re.IGNORECASE):
            return True
    return False


def _values(code: str, text: str) -> list[str]:
    """Return an expression, or all those that the code assigns to its variable.

    There are none if one is made of the variable itself, as by `text = clean(text)`.
    """
    if not re.fullmatch(r"[A-Za-z_$][\w$]*", text):
        return [text]
    name = rf"(?<![\w$.]){re.escape(text)}\b"
    found = [
        expression(code, match.end()) for match in re.finditer(rf"{name}\s*\+?=(?![=>])\s*", code)
    ]
    return [] if any(re.search(name, each) for each in found) else [text, *found]


def _in_functions(text: str, code: str, names: MessageNames, depth: int) -> Iterator[Insert]:
    """Yield what the functions insert that get a message, or a value of it, from some code."""
    for call in CALL.finditer(code):
        function = functions(text).get(call[1])
        if function is None:
            continue
        given = list(zip(function.parameters, arguments(code, call.end())))
        values = {name: names.key(value) for name, value in given if names.key(value)}
        objects = {name for name, value in given if value in names.objects}
        if values or objects:
            inner = MessageNames(objects, values)
            yield from _in_code(text, function.start, function.body, inner, depth + 1)
