"""What a handshake passes on its way to the WebSocket routes."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..channels.api import ROUTERS, wrappers_that
from ..python.references import References
from .session_identity import uses_identity
from .source_stack import CHECKS_ORIGIN, SourceStack, Wrapper
from .user_in_scope import asks_for_missing_user
from .visitor_cookies import are_sent_to_every_site, have_no_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

NOT_OF_PAGES = re.compile(rb"authorization|x-[\w-]*(signature|api-key)")  # headers


@lru_cache(maxsize=1)
def websocket_stack(project: Project) -> WebSocketStack:
    """Return the stack of middleware around the WebSocket routes of a project."""
    return WebSocketStack(project)


def is_only_without_user(project: Project, path: str | None, line: int | None) -> bool:
    """Return whether a line is behind `if "user" not in self.scope`, but a user is always there."""
    stack = websocket_stack(project)
    has_user = stack.is_complete and stack.has_described_user
    return has_user and (path, line) in _places_without_user(project)


@lru_cache(maxsize=1)
def _places_without_user(project: Project) -> set[tuple[str | None, int | None]]:
    """Return the paths and lines of the code behind `if "user" not in self.scope`."""
    return {
        (module.path, line)
        for module, branch in project.find_all(ast.If)
        if asks_for_missing_user(branch.test)
        for line in range(branch.body[0].lineno, (branch.body[-1].end_lineno or 0) + 1)
    }


class WebSocketStack:
    """The middleware around the WebSocket routes, from the sources and from the loaded project.

    `entry` is the outermost expression with its module. `is_complete` says that every part is
    known, and `depth` whether the sources show it or only the loaded settings.
    """

    def __init__(self, project: Project) -> None:
        source = SourceStack(project)
        self.entry = source.entry
        self.wrappers, self.is_complete, self.depth = source.wrappers, source.is_complete, "source"
        loaded = _loaded_wrappers(project)
        if loaded is not None and source.is_complete and source.entry:
            self.wrappers = source.wrappers + loaded
        elif loaded is not None:
            self.wrappers, self.is_complete, self.depth = loaded, True, "settings"
        self._project = project
        self._own = [each.definition for each in self.wrappers if each.definition]
        self._references = References(project.resolver, self._own)
        self._other_references = References(project.resolver, list(_other_observers(project)))

    @property
    def has_session(self) -> bool:
        """Return whether cookies decide who the visitor is."""
        reads_own = self._references.uses_cookies and not have_no_name(
            self._project, self._references
        )
        return self._has_wrapper_that("has_session") or reads_own

    @property
    def acts_as_visitor(self) -> bool:
        """Return whether sockets use the identity that the visitor's session cookie tells."""
        return self.has_session and uses_identity(self._project, self._own)

    @property
    def serves_every_site(self) -> bool:
        """Return whether a page of any site, not only of the same one, can act as the visitor."""
        return are_sent_to_every_site(self._project, self._references)

    @property
    def has_other_clients(self) -> bool:
        """Return whether some code reads a header that a page of a browser cannot send."""
        return any(
            isinstance(each.value, bytes) and NOT_OF_PAGES.fullmatch(each.value.lower())
            for _, each in self._project.find_all(ast.Constant)
        )

    @property
    def has_described_user(self) -> bool:
        """Return whether a wrapper of Channels or of the library puts a user into the scope."""
        return self._has_wrapper_that("has_user")

    @property
    def foreign_wrappers(self) -> list[str]:
        """Return the names of the wrappers that neither project nor table describes."""
        return sorted({each.name for each in self.wrappers if each.is_foreign})

    @property
    def checks_origin(self) -> bool:
        """Return whether the name or the code of a wrapper says that it checks the Origin."""
        outside = [each.name.lower() for each in self.wrappers if not each.definition]
        named = any(re.search("origin|cors", name) for name in outside)
        used = self._references.checks_origin or self._other_references.checks_origin
        return named or used or self._has_wrapper_that("checks_origin")

    @property
    def has_channels_origin_check(self) -> bool:
        """Return whether all origin checks are those of Channels, and there is one."""
        names = {each.name for each in self.wrappers if each.short_name in CHECKS_ORIGIN}
        return bool(names) and all(name.startswith("channels.security.") for name in names)

    def _has_wrapper_that(self, effect: str) -> bool:
        names = wrappers_that(effect)
        wrapped = any({each.name, each.short_name} & names for each in self.wrappers)
        return wrapped or bool(names & self._references.names)


def _loaded_wrappers(project: Project) -> list[Wrapper] | None:
    """Return the wrappers that Django loaded, None when they do not lead to a router."""
    application = project.facts.get("application") or {}
    names = [name for name in application.get("wrappers") or [] if name]
    if not names or not (names[-1] in ROUTERS or names[-1].endswith("URLRouter")):
        return None
    return [
        Wrapper(name, project.resolver.definition_of(name))
        for name in names
        if not name.endswith("URLRouter")
    ]


def _other_observers(project: Project) -> Iterator[Definition]:
    """Yield what sees a handshake outside of the stack: consumers, calls in the ASGI modules."""
    yield from project.consumers
    for module in project.asgi_modules:
        functions = (each.func for each in module.find_all(ast.Call))
        yield from filter(None, (project.resolver.definition(module, each) for each in functions))
