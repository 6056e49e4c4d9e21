"""A test sends no Origin to an application that requires one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import is_whole_application
from ..asgi.middleware import websocket_stack
from ..finding import Finding
from ..project_tests.communicators import Communicator, communicators
from ..python.expressions import (
    argument,
    constant_value,
)

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "assert False"


def check(project: Project) -> Iterator[Finding]:
    """Find communicators for the whole application without headers whose test expects success."""
    if not _is_strict(project):
        return
    for each in communicators(project):
        if (
            is_whole_application(project, each.module, argument(each.call, 0, "application"))
            and _is_bare(each)
            and each.expects_success
        ):
            message = (
                f"`{each.function.name}` connects to the whole application without an Origin, which"
                " the validator refuses. Pass an origin header."
            )
            fix = '+headers=[(b"origin", b"http://localhost")],'
            yield Finding(message, each.module.location(each.call), fix)


def _is_strict(project: Project) -> bool:
    """Return whether a validator of Channels refuses handshakes without an Origin."""
    hosts = project.settings["ALLOWED_HOSTS"]
    is_restricted = hosts.is_complete and "*" not in hosts.items
    return is_restricted and websocket_stack(project).has_channels_origin_check


def _is_bare(each: Communicator) -> bool:
    """Return whether the test passes no headers and adds none later."""
    is_starred = any(isinstance(argument, ast.Starred) for argument in each.call.args)
    has_headers = any(keyword.arg in {None, "headers"} for keyword in each.call.keywords)
    if each.call.args[2:] or is_starred or has_headers:
        return False
    values = (constant_value(node) for node in ast.walk(each.function))
    return not any(value in ("headers", "origin", b"origin") for value in values)
