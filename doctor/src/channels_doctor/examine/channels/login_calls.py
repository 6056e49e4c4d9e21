"""Calls that give the scope of a consumer to Django's functions for signing users in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import argument, own_attribute
from ..python.source_text import replacement_diff, source_text
from .api import TO_THREAD

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Module

DJANGO = "django.contrib.auth."
# The names in `channels.auth`, by those in Django, which take a request.
COUNTERPARTS = {
    "login": "login", "alogin": "login", "logout": "logout", "alogout": "logout",
    "get_user": "get_user", "aget_user": "get_user",
}  # fmt: skip


class LoginCall(NamedTuple):
    """A call of one of Django's functions with the scope, and the name of the function."""

    module: Module
    call: ast.Call
    name: str

    @property
    def counterpart(self) -> str:
        """Return the full name of the function that takes a scope."""
        return f"channels.auth.{COUNTERPARTS[self.name]}"

    @property
    def fix(self) -> str:
        """Return the import and the call of that function."""
        parent = self.module.parents[self.call]
        replaced = parent if isinstance(parent, ast.Await) else self.call
        function = self.module.nearest_function(self.call)
        imports, called = "+import channels.auth\n", f"await {self.counterpart}"
        if not isinstance(function, ast.AsyncFunctionDef):
            imports += "+from asgiref.sync import async_to_sync\n"
            called = f"async_to_sync({self.counterpart})"
        return imports + replacement_diff(self.module, replaced, f"{called}({self._arguments()})")

    def _arguments(self) -> str:
        """Return the arguments as text, that with the scope first."""
        words = [each for each in self.call.keywords if each.arg != "request"]
        starts = [f"{each.arg}=" if each.arg else "**" for each in words]
        named = [start + source_text(self.module, each.value) for start, each in zip(starts, words)]
        values = [source_text(self.module, each) for each in self.call.args[1:]]
        return ", ".join(["self.scope", *values, *named])


def login_calls(consumer: Definition) -> Iterator[LoginCall]:
    """Yield such calls in a consumer, also those that a thread runs."""
    module = consumer.module
    for call in ast.walk(consumer.node):
        if isinstance(call, ast.Call) and own_attribute(argument(call, 0, "request")) == "scope":
            package, _, name = _function(module, call).rpartition(".")
            if f"{package}." == DJANGO and name in COUNTERPARTS:
                yield LoginCall(module, call, name)


def _function(module: Module, call: ast.Call) -> str:
    """Return the full name of the function of `f(…)` and of `sync_to_async(f)(…)`."""
    wrapper = call.func
    if isinstance(wrapper, ast.Call) and module.full_name(wrapper.func) in TO_THREAD:
        return module.full_name(wrapper.args[0]) if wrapper.args else ""
    return module.full_name(wrapper)
