"""The functions that a script defines, by name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .script_text import closing_index, expression

# function name(a, b) {, name = function (a) {, name = (a) => {, name = a =>
FUNCTION = re.compile(
    r"\bfunction\s+([\w$]+)\s*\(([^()]*)\)\s*\{"
    r"|(?<![\w$.])([A-Za-z_$][\w$]*)\s*=\s*(?:async\s+)?(?:function\b\s*[\w$]*\s*\(([^()]*)\)\s*\{"
    r"|(?:\(([^()]*)\)|([\w$]+))\s*=>\s*(\{)?)"
)
RETURN = re.compile(r"\breturn\b[ \t]*(?=[^\s;}])")
MAX_BODY = 5_000  # characters


class Function(NamedTuple):
    """A function of a script: its parameters, and its code from an index on.

    The code is a block, or the value of an arrow function without one.
    """

    text: str
    parameters: list[str]
    start: int
    is_block: bool

    @property
    def body(self) -> str:
        """Return the code without its brackets."""
        if not self.is_block:
            return expression(self.text, self.start)
        part = self.text[self.start : self.start + MAX_BODY]
        return part[: closing_index(part)]

    def returned(self) -> str:
        """Return the expression of the first value that it returns, "" when it returns none."""
        if not self.is_block:
            return self.body
        body = self.body
        found = RETURN.search(body)
        return expression(body, found.end()) if found else ""


@lru_cache(maxsize=4)
def functions(text: str) -> dict[str, Function]:
    """Return the functions that a script defines, those with an unambiguous name."""
    found: dict[str, list[Function]] = {}
    for match in FUNCTION.finditer(text):
        given = next((each for each in (match[2], match[4], match[5], match[6]) if each), "")
        parameters = re.findall(r"[\w$]+", given)
        is_block = text[match.end() - 1] == "{"
        function = Function(text, parameters, match.end(), is_block)
        found.setdefault(match[1] or match[3], []).append(function)
    return {name: each[0] for name, each in found.items() if len(each) == 1}
