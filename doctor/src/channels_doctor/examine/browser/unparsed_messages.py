"""Keys that a script reads from the text of a message, which it does not parse."""

from __future__ import annotations

import re
from typing import NamedTuple

from .script_objects import Read, read_keys

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


def unparsed_read(event: str, body: str) -> UnparsedRead | None:
    """Return the first `event.data.key`, or `data.key` of `const data = event.data`.

    `event` is the name of the event, and `body` the code of its handler. There is none in code that
    parses a text, or that tells kinds of messages apart.
    """
    data = f"{event}.data"
    if PARSING.search(body):
        return None
    parsed = f"JSON.parse({data})"
    found = _first(body, data)
    if found:
        source = f"{data}.{found.key}"
        return UnparsedRead(found.key, source, found.start, source, f"{parsed}.{found.key}")
    assigned = re.search(rf"\b(?:const|let|var)\s+([\w$]+)\s*=\s*{re.escape(data)}\s*[;\n]", body)
    name = assigned[1] if assigned else ""
    found = _first(body, name) if _is_set_once(body, name) else None
    if not assigned or not found:
        return None
    return UnparsedRead(found.key, f"{name}.{found.key}", assigned.start(), data, parsed)


def _first(body: str, name: str) -> Read | None:
    return next((each for each in read_keys(body, name) if each.key not in PROPERTIES), None)


def _is_set_once(body: str, name: str) -> bool:
    """Return whether a name gets one value."""
    pattern = rf"(?<![\w$.]){re.escape(name)}\s*=(?![=>])"
    return bool(name) and len(re.findall(pattern, body)) == 1
