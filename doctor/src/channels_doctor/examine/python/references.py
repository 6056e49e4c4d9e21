"""What some code speaks of, followed through the functions and classes of the project that it uses."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from .modules import FUNCTIONS

if TYPE_CHECKING:
    from .names import Definition, Names

MOST = 300  # definitions to follow
LONGEST = 40  # characters of a text that may be a header's or a cookie's name
ORIGIN = re.compile(
    r"(^|_)origins?(_(ok|allowed|valid|check\w*|middleware))?$|Origin(?!al)|(^|_)cors(_|$)|Cors[A-Z]",
    re.ASCII,
)
COOKIE = re.compile(r"(^|_)cookies?(_|$)|sessionid", re.IGNORECASE)
DEFINED = (*FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign)


class Mentions:
    """The names and texts in some definitions, and in whatever of the project they lead to."""

    def __init__(self, names: Names, start: list[Definition]) -> None:
        self.names: set[str] = set()
        self.texts: set[str] = set()
        self._names = names
        seen: set[ast.AST] = set()
        waiting = list(start)
        while waiting and len(seen) < MOST:
            found = waiting.pop()
            if found.node not in seen:
                seen.add(found.node)
                waiting.extend(self._read(found))

    def _read(self, found: Definition) -> Iterator[Definition]:
        for node in ast.walk(found.node):
            if isinstance(node, ast.Constant):
                self._text(node.value)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                self.names.add(node.attr if isinstance(node, ast.Attribute) else node.id)
                full = found.module.qualified(node)
                self.names.update({full, full.rpartition(".")[2]})
                inner = self._names.look(found.module, node)
                if inner and isinstance(inner.node, DEFINED):
                    yield inner

    def _text(self, value: object) -> None:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if isinstance(text, str) and len(text) < LONGEST:
            self.texts.add(text)

    @property
    def origin(self) -> bool:
        """Return whether an Origin is looked at: a name or a whole text says so."""
        return any(map(ORIGIN.search, self.names)) or any(
            text.lower() == "origin" for text in self.texts
        )

    @property
    def cookie(self) -> bool:
        """Return whether cookies are read."""
        return any(map(COOKIE.search, self.names | self.texts))
