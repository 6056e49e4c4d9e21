"""Middleware of Channels is in the wrong order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.wrapper_order import OrderedWrapper, ordered_wrappers
from ..finding import Finding
from ..python.source_text import replacement_diff

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "ValueError: AuthMiddleware cannot find session in scope. SessionMiddleware must be above it."
)

NO_COOKIES = (
    "ValueError: No 'cookies' key in scope - SessionMiddleware needs to run inside of"
    " CookieMiddleware."
)
CHANNELS = "channels."
# What each wrapper puts into the scope, and what it needs there.
ADDS = {
    "channels.sessions.CookieMiddleware": {"cookies"},
    "channels.sessions.SessionMiddleware": {"session"},
    "channels.sessions.SessionMiddlewareStack": {"cookies", "session"},
    "channels.auth.AuthMiddlewareStack": {"cookies", "session"},
}
NEEDS = {
    "channels.sessions.SessionMiddleware": "cookies",
    "channels.auth.AuthMiddleware": "session",
}
STACKS = {"cookies": "SessionMiddlewareStack", "session": "AuthMiddlewareStack"}


def check(project: Project) -> Iterator[Finding]:
    """Find SessionMiddleware without cookies, and AuthMiddleware without a session."""
    for wrappers in ordered_wrappers(project):
        given: set[str] = set()
        for wrapper in wrappers:
            if not wrapper.name.startswith(CHANNELS):
                break  # it may add anything
            needed = NEEDS.get(wrapper.name, "")
            if needed and needed not in given:
                yield _finding(wrapper, needed)
                break
            given |= ADDS.get(wrapper.name, set())


def _finding(wrapper: OrderedWrapper, needed: str) -> Finding:
    name, stack = wrapper.name.rpartition(".")[2], STACKS[needed]
    message = (
        f"Nothing outside of `{name}` puts `{needed}` into the scope, so every handshake fails."
        f" Use `{stack}`."
    )
    symptom = NO_COOKIES if needed == "cookies" else None
    location = wrapper.module.location(wrapper.call.func)
    fix = replacement_diff(wrapper.module, wrapper.call.func, stack)
    return Finding(message, location, fix, symptom=symptom)
