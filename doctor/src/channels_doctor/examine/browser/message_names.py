"""The expressions of a script that are the values of a message's keys."""

from __future__ import annotations

import re
from typing import Iterator

from .script_text import assignments, split

DECLARED = r"\b(?:const|let|var)\s+"
# `.key` and `["key"]`
ITEM = r"\??(?:\.([A-Za-z_$][\w$]*)|\[\s*['\"]([\w$]+)['\"]\s*\])"
EMBEDDED = re.compile(r"\$\{([^{}`]*)\}")


class MessageNames:
    """The variables with a whole message, and those with the value of one of its keys."""

    def __init__(self, objects: set[str], values: dict[str, str]) -> None:
        self.objects = objects
        self.values = dict(values)

    def read(self, code: str, source: str = "") -> None:
        """Add the variables of some code; `source` is the expression of the message there."""
        if source:
            self.objects |= set(re.findall(rf"{DECLARED}([\w$]+)\s*=\s*{source}\s*[;\n]", code))
        for each in [*map(re.escape, self.objects), *filter(None, [source])]:
            for match in re.finditer(rf"{DECLARED}([\w$]+)\s*=\s*{each}{ITEM}\s*[;\n]", code):
                self._add(code, match[1], match[2] or match[3])

    def _add(self, code: str, name: str, key: str) -> None:
        """Add a variable, unless the code gives it several values."""
        if len(assignments(code, name)) <= 1:
            self.values[name] = key

    def key(self, text: str) -> str:
        """Return the key whose value an expression is, "" for any other expression."""
        text = text.strip()
        if text in self.values:
            return self.values[text]
        match = re.fullmatch(rf"([A-Za-z_$][\w$]*){ITEM}", text)
        return (match[2] or match[3]) if match and match[1] in self.objects else ""

    def keys_in(self, text: str) -> Iterator[str]:
        """Yield the keys whose values a text contains as they are."""
        for part in split(text, "+"):
            embedded = EMBEDDED.findall(part) if part.startswith("`") else [part]
            yield from filter(None, map(self.key, embedded))
