"""What stands between the server and the WebSocket routes: the middleware, as the sources build it or Django saw it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..channels.known_names import LIBRARY, ROUTERS, wrappers_that
from ..python.modules import FUNCTIONS
from ..python.names import Definition
from ..python.references import Mentions
from .protocols import around, values, websocket_entries

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

ROUTING = {"URLRouter", "ProtocolTypeRouter", "path", "re_path", "url", "as_asgi", "list", "cast"}
CHECKS_ORIGIN = wrappers_that("checks_origin")
# What these packages wrap around routes is in the tables of known.py, or does nothing that matters here.
KNOWN = ("channels.auth.", "channels.sessions.", "channels.security.", "channels.routing.", LIBRARY)
SEVERAL = (ast.List, ast.Tuple, ast.Starred, ast.BinOp, ast.IfExp)
PLAIN = (ast.Constant, ast.expr_context, ast.operator)
MOST = 5_000  # expressions to follow


class Wrapper(NamedTuple):
    """One layer around the routes: its full name, and its definition where the project has one."""

    name: str
    definition: Definition | None

    @property
    def short(self) -> str:
        """Return the last part of its name."""
        return self.name.split(".")[-1]

    @property
    def is_foreign(self) -> bool:
        """Return whether it comes from a package that nobody looked into."""
        return self.definition is None and not self.name.startswith(KNOWN)


class Stack:
    """The WebSocket side of the ASGI application.

    `entry` is where it begins; `wrappers` are its layers in no order; `is_whole` says that no part of it stayed unseen.
    """

    def __init__(self, project: Project) -> None:
        self.names = project.names
        self.wrappers: list[Wrapper] = []
        self.is_whole = True
        self.depth = "source"
        self._seen: set[ast.AST] = {each.node for each in project.consumers}
        entries = list(websocket_entries(project))
        self.entry = entries[0] if entries else None
        self._waiting: list[tuple[Module, ast.AST, bool]] = [(*each, False) for each in entries]
        while self._waiting and len(self._seen) < MOST:
            self._walk(*self._waiting.pop())
        self._believe(project)
        self.mentions = Mentions(
            self.names, [each.definition for each in self.wrappers if each.definition]
        )
        self.around = Mentions(self.names, list(around(project)))

    def _believe(self, project: Project) -> None:
        """Add what Django's own objects show."""
        seen = [
            name for name in (project.facts.get("application") or {}).get("wrappers") or [] if name
        ]
        if not seen or not (seen[-1] in ROUTERS or seen[-1].endswith("URLRouter")):
            return
        shown = [
            Wrapper(name, self._defined(project, name))
            for name in seen
            if not name.endswith("URLRouter")
        ]
        self.depth = "source" if self.is_whole and self.entry else "settings"
        self.wrappers = self.wrappers + shown if self.depth == "source" else shown
        self.is_whole = True

    def _defined(self, project: Project, name: str) -> Definition | None:
        place, _, last = name.rpartition(".")
        module = project.module(place)
        node = self.names.top(module).get(last) if module else None
        return Definition(module, node) if module and node is not None else None

    def _walk(self, module: Module, node: ast.AST, inside: bool) -> None:
        """Follow an expression; `inside` a router nothing that stays unknown matters."""
        if node in self._seen:
            return
        self._seen.add(node)
        if isinstance(node, ast.Call):
            self._call(module, node, inside)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            self._name(module, node, inside)
        elif isinstance(node, SEVERAL):
            self._waiting.extend((module, each, inside) for each in ast.iter_child_nodes(node))
        else:
            self.is_whole = self.is_whole and (inside or isinstance(node, PLAIN))

    def _call(self, module: Module, call: ast.Call, inside: bool) -> None:
        last = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if last not in ROUTING:
            self._wrap(module, call.func, inside)
        if last == "as_asgi":
            return
        within = inside or last == "URLRouter" or module.qualified(call.func) in ROUTERS
        given = [*call.args, *(word.value for word in call.keywords)]
        for number, each in enumerate(given):
            is_list = last in CHECKS_ORIGIN and number > 0
            self._waiting.append((module, each, within or is_list))

    def _wrap(self, module: Module, node: ast.AST, inside: bool) -> None:
        name = module.qualified(node)
        wrapper = Wrapper(name, self.names.look(module, node))
        if not (
            inside and wrapper.is_foreign and wrapper.short.islower()
        ):  # a function that makes routes
            self.wrappers.append(wrapper)
        self.is_whole = self.is_whole and (inside or bool(name))

    def _name(self, module: Module, node: ast.AST, inside: bool) -> None:
        found = self.names.look(module, node)
        known = list(values(found))
        if known and found:
            self._waiting.extend((found.module, value, inside) for value in known)
        elif found and isinstance(found.node, (*FUNCTIONS, ast.ClassDef)):
            if found.node not in self._seen:
                self._wrap(module, node, inside)
        else:
            self.is_whole = self.is_whole and inside

    @property
    def has_session(self) -> bool:
        """Return whether a browser's cookies say who is there."""
        return self._has(wrappers_that("has_session")) or self.mentions.cookie

    @property
    def has_auth(self) -> bool:
        """Return whether something may put a user into the scope: anything but known layers that do not."""
        return self._has(wrappers_that("has_user")) or any(
            not each.name.startswith(KNOWN) for each in self.wrappers
        )

    @property
    def foreign(self) -> list[str]:
        """Return the layers that come from other packages."""
        return sorted({each.name for each in self.wrappers if each.is_foreign})

    @property
    def checks_origin(self) -> bool:
        """Return whether a layer looks at the Origin header, by its name or its code."""
        seen = self.mentions.origin or self.around.origin
        return self._has(CHECKS_ORIGIN) or seen or any(_is_origin(each) for each in self.wrappers)

    @property
    def refuses_unknown_paths(self) -> bool:
        """Return whether a layer refuses the paths that no route matches."""
        return self._has(wrappers_that("refuses_unknown_paths"))

    def _has(self, names: set[str]) -> bool:
        return any({each.name, each.short} & names for each in self.wrappers) or bool(
            names & self.mentions.names
        )


def _is_origin(wrapper: Wrapper) -> bool:
    return "origin" in wrapper.name.lower() or "cors" in wrapper.name.lower()
