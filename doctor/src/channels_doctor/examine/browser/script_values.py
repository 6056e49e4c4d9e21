"""The texts that an expression of a script may be, as far as the script tells."""

from __future__ import annotations

import itertools
import re
from typing import Callable

from .script_functions import functions
from .script_text import (
    arguments,
    assignments,
    expression,
    joined_texts,
    split,
    top_level,
    without_comments,
)
from .template_text import ANY, HOST, HOSTNAME, SEGMENT, may_have_slash, template_text

MAX_DEPTH = 12  # names and calls that lead to other expressions
MAX_TEXTS = 12
STRING = re.compile(r"""'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`""")
GLOBALS = re.compile(r"^(?:(?:window|document|self|globalThis|top|parent)\.)+")
LOCATION = {
    "location.host": HOST,
    "location.hostname": HOSTNAME,
    "location.origin": f"{ANY}//{HOST}",
    "location.href": f"{ANY}//{HOST}/{ANY}",
    "location": f"{ANY}//{HOST}/{ANY}",
    "location.pathname": f"/{ANY}",
    "location.protocol": ANY,
}
SAME_TEXT = re.compile(
    r"^(.+)\.(?:replace|toString|trim|toLowerCase)\(.*\)$|^(.+)\.href$", re.DOTALL
)
WRAPPERS = re.compile(r"^(?:encodeURIComponent|encodeURI|String|parseInt|Number)\(")
NEW_URL = re.compile(r"^new\s+URL\(")
DATA = re.compile(r"\.dataset\.(\w+)$|getAttribute\(\s*['\"]data-([\w-]+)['\"]\s*\)$")
CALL = re.compile(r"^([A-Za-z_$][\w$]*)\(")

# Returns the values that the templates give to a data attribute.
FindData = Callable[[str], "list[str]"]


class Script:
    """A script, or the scripts of a page, whose expressions are evaluated."""

    def __init__(self, text: str, find_data: FindData) -> None:
        self.text = without_comments(text)
        self._find_data = find_data

    def values(
        self, text: str, names: dict[str, list[str]] | None = None, depth: int = 0
    ) -> list[str]:
        """Return the texts that an expression may be; `names` are the values of parameters."""
        text, names = text.strip(), names or {}
        while text.startswith("(") and not any(True for _ in top_level(text)):
            text = text[1:-1].strip()
        if depth > MAX_DEPTH or not text:
            return [ANY]
        for choose in (_ternary, _alternatives):
            options = choose(text)
            if options:
                found = [
                    each for option in options for each in self.values(option, names, depth + 1)
                ]
                return list(dict.fromkeys(found))[:MAX_TEXTS]
        operands = split(text, "+")
        operands = operands if operands[1:] else joined_texts(text)
        if operands:
            return _joined([self.values(each, names, depth + 1) for each in operands])
        return self._atom(text, names, depth + 1)

    def _atom(self, text: str, names: dict[str, list[str]], depth: int) -> list[str]:
        string = STRING.fullmatch(text)
        if string:
            return self._string(string, names, depth)
        plain = GLOBALS.sub("", text)
        if plain in LOCATION:
            return [LOCATION[plain]]
        if text in names:
            return names[text]
        return self._known(text, names, depth) or [ANY if may_have_slash(text) else SEGMENT]

    def _known(self, text: str, names: dict[str, list[str]], depth: int) -> list[str]:
        """Return the values of a name, a call or an attribute, none when nothing tells them."""
        same = SAME_TEXT.match(text)
        if same:
            return self.values(same[1] or same[2], names, depth)
        wrapper = WRAPPERS.match(text)
        if wrapper:
            return self.values(arguments(text, wrapper.end())[0], names, depth)
        url = NEW_URL.match(text)
        if url:
            return self._url(arguments(text, url.end()), names, depth)
        data = DATA.search(text)
        if data:
            return [template_text(each) for each in self._find_data(_dashed(data[1] or data[2]))]
        call = CALL.match(text)
        return self._call(call, text, names, depth) if call else self._constant(text, depth)

    def _string(self, string: re.Match[str], names: dict[str, list[str]], depth: int) -> list[str]:
        if string[3] is None:
            return [template_text(string[1] if string[1] is not None else string[2])]
        parts: list[list[str]] = []
        for number, part in enumerate(re.split(r"\$\{([^{}]*)\}", string[3])):
            is_text = number % 2 == 0
            parts.append([template_text(part)] if is_text else self.values(part, names, depth))
        return _joined(parts)

    def _url(self, given: list[str], names: dict[str, list[str]], depth: int) -> list[str]:
        paths = self.values(given[0], names, depth) if given else [ANY]
        is_own = len(given) > 1 and "location" in given[1]
        return [
            f"{ANY}//{HOST}{each}" if is_own and each.startswith("/") else each for each in paths
        ]

    def assigned(self, name: str) -> str:
        """Return the expression that the script gives once to a name, "" for any other text."""
        found = assignments(self.text, name) if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else []
        return expression(self.text, found[0]) if len(found) == 1 else ""

    def _constant(self, name: str, depth: int) -> list[str]:
        """Return the values of a name that the script sets once."""
        assigned = self.assigned(name)
        values = self.values(assigned, None, depth) if assigned else []
        return [] if values in ([ANY], [SEGMENT]) else values  # then its own name tells more

    def _call(
        self, call: re.Match[str], text: str, names: dict[str, list[str]], depth: int
    ) -> list[str]:
        """Return what a function of the script returns, when it has one `return`."""
        function = functions(self.text).get(call[1])
        returned = function.returned() if function else ""
        if function is None or not returned:
            return []
        given = [self.values(each, names, depth) for each in arguments(text, call.end())]
        given += [[ANY]] * len(function.parameters)
        return self.values(returned, dict(zip(function.parameters, given)), depth)


def _ternary(text: str) -> list[str]:
    """Return both results of `a ? b : c`, none for another expression."""
    marks = [index for index, character in top_level(text) if character == "?"]
    marks = [
        each for each in marks if text[each + 1 : each + 2] not in "?." and text[each - 1] != "?"
    ]
    if not marks:
        return []
    rest = text[marks[0] + 1 :]
    colon = next((index for index, character in top_level(rest) if character == ":"), None)
    return [] if colon is None else [rest[:colon], rest[colon + 1 :]]


def _alternatives(text: str) -> list[str]:
    """Return the operands of `a || b` and `a ?? b`, none for another expression."""
    found = [each for part in split(text, "||") for each in split(part, "??")]
    return found if len(found) > 1 else []


def _joined(parts: list[list[str]]) -> list[str]:
    return ["".join(each) for each in itertools.islice(itertools.product(*parts), MAX_TEXTS)]


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"-{match[0].lower()}", name)
