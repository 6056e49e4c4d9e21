"""What some code refers to, followed through the functions and classes of the project."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from .expressions import item_holder, item_key, last_name
from .modules import FUNCTIONS
from .nodes import walk
from .origin_checks import checks_origin

if TYPE_CHECKING:
    from .definitions import Definition
    from .resolver.classes import Resolver

MAX_DEFINITIONS = 300
MAX_TEXT = 40  # characters of a text that may be the name of a header or a cookie
COOKIE = re.compile(r"(^|_)cookies?(_|$)|sessionid", re.IGNORECASE)
LOAD = ast.Load()
FOLLOWED = (*FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign)


class References:
    """The names and the short texts in some definitions, and in those that they use."""

    def __init__(self, resolver: Resolver, start: list[Definition]) -> None:
        self.names: set[str] = set()
        self.texts: set[str] = set()
        self.scope_keys: set[str] = set()  # of the items of the scope that are read
        # Whether some code decides something by the Origin header.
        self.checks_origin = False
        self._followed: set[str] = set()  # the names of definitions, whose code is read too
        self._resolver = resolver
        seen: set[ast.AST] = set()
        waiting = list(start)
        while waiting and len(seen) < MAX_DEFINITIONS:
            definition = waiting.pop()
            if definition.node not in seen:
                seen.add(definition.node)
                waiting.extend(self._read(definition))

    def _read(self, definition: Definition) -> Iterator[Definition]:
        """Collect what a definition refers to, and yield the definitions among it."""
        module = definition.module
        self.checks_origin |= checks_origin(definition.node)
        for node in walk(definition.node):
            if isinstance(node, ast.Constant):
                self._add_text(node.value)
            elif isinstance(node, (ast.Subscript, ast.Call)):
                self._add_scope_key(node)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                full_name = module.full_name(node)
                own_name = node.attr if isinstance(node, ast.Attribute) else node.id
                self.names.update({own_name, full_name, full_name.rpartition(".")[2]})
                inner = self._resolver.definition(module, node)
                if inner and isinstance(inner.node, FOLLOWED):
                    self._followed |= {own_name, full_name, full_name.rpartition(".")[2]}
                    yield inner

    def _add_text(self, value: object) -> None:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if isinstance(text, str) and len(text) < MAX_TEXT:
            self.texts.add(text)

    def _add_scope_key(self, node: ast.Subscript | ast.Call) -> None:
        key, is_read = item_key(node), isinstance(getattr(node, "ctx", LOAD), ast.Load)
        if is_read and isinstance(key, str) and last_name(item_holder(node)) == "scope":
            self.scope_keys.add(key)

    @property
    def uses_cookies(self) -> bool:
        """Return whether a text, or a name that the project does not define, names cookies."""
        return any(map(COOKIE.search, (self.names - self._followed) | self.texts))
