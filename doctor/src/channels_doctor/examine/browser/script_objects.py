"""The objects of scripts: their keys, and the keys that code reads from them."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

from .script_text import closing_index, split

KEY = re.compile(r"""^(?:(['"])([^'"\\]*)\1|([A-Za-z_$][\w$]*))\s*(?::|$)""")
STRINGIFY = re.compile(r"^JSON\.stringify\((.*)\)$", re.DOTALL)


class Read(NamedTuple):
    """A key that code reads, and where."""

    key: str
    start: int


def is_object(text: str) -> bool:
    """Return whether an expression is an object in braces."""
    return text.startswith("{") and text.endswith("}")


def stringified(text: str) -> str:
    """Return `x` of `JSON.stringify(x)`, "" for any other expression."""
    match = STRINGIFY.match(text)
    return match[1].strip().rstrip(",").strip() if match else ""


def object_keys(text: str) -> set[str] | None:
    """Return the keys of an object in braces, None when one is unknown or inherited."""
    if not is_object(text):
        return None
    keys = [KEY.match(each) for each in split(text[1:-1], ",") if each]
    return {each[2] or each[3] for each in keys if each} if all(keys) else None


def read_keys(text: str, name: str) -> Iterator[Read]:
    """Yield the keys in `name.key`, without calls, assignments and keys that a condition tests."""
    item = rf"(?<![\w$.]){re.escape(name)}\??\.([A-Za-z_$][\w$]*)"
    tests = (rf"\b(?:if|while|switch)\s*\([^()]*?{item}", rf"{item}\s*(?:\?|&&|\|\|)")
    tested = {match[1] for each in tests for match in re.finditer(each, text)}
    for choice in re.finditer(r"(?:\?|&&|\|\|)((?:[^;\n]|\n\s*(?=[?:|&]))*)", text):
        tested |= set(re.findall(item, choice[1]))
    for match in re.finditer(rf"{item}(?!\s*(?:\(|=(?!=))|[\w$])", text):
        if match[1] not in tested:
            yield Read(match[1], match.start())


def read_for_other(text: str, name: str, read: Read, known: set[str]) -> bool:
    """Return whether a read is only for messages with a text in them that is not a known one.

    `if (data.type === "closed") { … }` and `case "closed":` are for such messages.
    """
    equal = rf"""(?<![\w$.]){re.escape(name)}\??\.[\w$]+\s*===?\s*(['"])([^'"]*)\1\s*\)\s*\{{"""
    for match in re.finditer(equal, text[: read.start]):
        end = match.end() + closing_index(text[match.end() :])
        if match[2] not in known and read.start < end:
            return True
    before = list(re.finditer(r"""\bcase\s+(['"])([^'"]*)\1\s*:""", text[: read.start]))
    return bool(before) and before[-1][2] not in known
