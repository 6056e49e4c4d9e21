"""Whether a socket acts as the visitor whose session cookie its handshake carries."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import LIBRARY, wrappers_that
from ..python.expressions import all_arguments, called_name, is_scope_item, last_name, subscript_key
from ..python.references import References
from .idle_identity import is_idle
from .route_table import consumer_of, route_table
from .user_in_scope import LAZY, always_puts_user, asks_for_missing_user
from .visitor_accounts import has_accounts, has_no_sessions

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

IDENTITY = {"user", "session"}  # the keys of the scope
SESSION_WRAPPERS = wrappers_that("has_session")
FROM_SESSION = {"channels.auth.get_user", "get_user_session_key"}


def uses_identity(project: Project, wrappers: list[Definition]) -> bool:
    """Return whether sockets use the user or the session that their middleware finds.

    `wrappers` are those of the project. It is not certain when one of them replaces that user.
    """
    if any(map(_is_used_by_library, _bases(project))):
        return True
    consumers = [each for each in _routed_consumers(project) if not _sets_own_user(each)]
    users = References(project.resolver, [*consumers, *wrappers])
    is_replaced = any(_replaces_user(project, each) for each in _with_called(project, wrappers))
    identity = IDENTITY.union(*(_keys_from_cookies(project, each) for each in wrappers))
    used = users.scope_keys & identity
    is_anonymous = has_no_sessions(project) or (used == {"session"} and not has_accounts(project))
    return bool(used) and not (is_replaced or is_anonymous or is_idle(project, used))


def _routed_consumers(project: Project) -> list[Definition]:
    """Return the consumers of the routes, all of the project where a route is not known."""
    table = route_table(project)
    routed = [consumer_of(project.resolver, each) for each in table.routes]
    known = [each for each in routed if each]
    return known if table.is_complete and known == routed else project.production_consumers


def _sets_own_user(consumer: Definition) -> bool:
    """Return whether connect() always replaces the user, as by the owner of a token."""
    return any(
        isinstance(each, ast.Assign)
        and any(is_scope_item(target, "user") for target in each.targets)
        for method in consumer.methods()
        if method.name == "connect"
        for each in method.body
    )


def _bases(project: Project) -> Iterator[str]:
    for each in project.production_consumers:
        yield from project.resolver.outside_bases(each)


def _is_used_by_library(base: str) -> bool:
    """Return whether a base class is a consumer of the library, which checks its user."""
    return base.startswith(LIBRARY)


def _keys_from_cookies(project: Project, wrapper: Definition) -> set[str]:
    """Return the keys that a wrapper which reads cookies puts into the scope."""
    if not References(project.resolver, [wrapper]).uses_cookies:
        return set()
    items = (each for each in ast.walk(wrapper.node) if isinstance(each, ast.Subscript))
    stored = (each for each in items if isinstance(each.ctx, ast.Store))
    return {str(subscript_key(each)) for each in stored if last_name(each.value) == "scope"}


def _with_called(project: Project, wrappers: list[Definition]) -> Iterator[Definition]:
    """Yield wrappers, and the classes of the project that they call."""
    for wrapper in wrappers:
        yield wrapper
        functions = (each.func for each in ast.walk(wrapper.node) if isinstance(each, ast.Call))
        found = (project.resolver.definition(wrapper.module, each) for each in functions)
        yield from (each for each in found if each and each.is_class)


def _reads_own_user(wrapper: Definition) -> bool:
    """Return whether a wrapper reads from the scope only a user that it has put there before."""
    items = [
        each
        for each in ast.walk(wrapper.node)
        if isinstance(each, ast.Subscript) and any(is_scope_item(each, key) for key in IDENTITY)
    ]
    first = min(items, key=lambda each: each.lineno, default=None)
    return first is not None and (isinstance(first.ctx, ast.Store) or _is_loaded(wrapper, first))


def _is_loaded(wrapper: Definition, item: ast.Subscript) -> bool:
    """Return whether an item is the lazy user of Channels, into which code puts the real one."""
    holder = wrapper.module.parents.get(item)
    return (
        isinstance(holder, ast.Attribute)
        and holder.attr == LAZY
        and isinstance(holder.ctx, ast.Store)
    )


def _replaces_user(project: Project, wrapper: Definition) -> bool:
    """Return whether a wrapper always puts a user that comes from no session."""
    references = References(project.resolver, [wrapper])
    reads_session = references.uses_cookies or references.names & FROM_SESSION
    keeps_user = _reads_user(wrapper, references) and not _is_around_session(project, wrapper)
    return not (reads_session or keeps_user) and always_puts_user(wrapper)


def _reads_user(wrapper: Definition, references: References) -> bool:
    """Return whether a wrapper looks at a user that another one may have put into the scope."""
    asks = any(map(asks_for_missing_user, ast.walk(wrapper.node)))
    return asks or (bool(references.scope_keys & IDENTITY) and not _reads_own_user(wrapper))


def _is_around_session(project: Project, wrapper: Definition) -> bool:
    """Return whether each call of a wrapper is around what reads the session.

    The scope has no user before, and the `AuthMiddleware` of Channels keeps one that is there.
    """
    calls = [
        call
        for module in project.production_modules
        for call in module.find_all(ast.Call)
        if called_name(call) == wrapper.name
        and project.resolver.definition(module, call.func) == wrapper
    ]
    return bool(calls) and all(map(_has_session_inside, calls))


def _has_session_inside(call: ast.Call) -> bool:
    inner = (node for each in all_arguments(call) for node in ast.walk(each))
    return any(called_name(node) in SESSION_WRAPPERS for node in inner)
