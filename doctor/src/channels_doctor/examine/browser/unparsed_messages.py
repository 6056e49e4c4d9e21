"""Keys that a script reads from the text of a message, which it does not parse."""

from __future__ import annotations

import re
from typing import NamedTuple

from .script_objects import Read, read_keys
from .script_text import assignments

# What a text, a Blob and an ArrayBuffer have, and the event itself.
PROPERTIES = {"length", "size", "type", "byteLength", "data"}
PARSING = re.compile(r"\bJSON\b|\bparse\w*\(|\btypeof\b|\binstanceof\b")


class UnparsedRead(NamedTuple):
    """A key that code reads from a text: `text` at `start` has to become `right`."""

    key: str
    source: str
    start: int
    text: str
    right: str


def unparsed_read(data: str, body: str) -> UnparsedRead | None:
    """Return the first `event.data.key`, or `text.key` of `const text = event.data`.

    `data` is the expression of the text, and `body` the code of its handler. There is none in code
    that parses a text, or that tells kinds of messages apart.
    """
    return None if PARSING.search(body) else _of_event(body, data) or _of_variable(body, data)


def _of_event(body: str, data: str) -> UnparsedRead | None:
    found = _first(body, data)
    if found is None:
        return None
    source = f"{data}.{found.key}"
    return UnparsedRead(found.key, source, found.start, source, f"JSON.parse({data}).{found.key}")


def _of_variable(body: str, data: str) -> UnparsedRead | None:
    """Return the first key that is read from a variable whose only value is the text."""
    given = re.search(rf"\b(?:const|let|var)\s+([\w$]+)\s*=\s*{re.escape(data)}\s*[;\n]", body)
    if given is None or len(assignments(body, given[1])) != 1:
        return None
    found = _first(body, given[1])
    if found is None:
        return None
    source, parsed = f"{given[1]}.{found.key}", f"JSON.parse({data})"
    return UnparsedRead(found.key, source, given.start(), data, parsed)


def _first(body: str, name: str) -> Read | None:
    return next((each for each in read_keys(body, name) if each.key not in PROPERTIES), None)
