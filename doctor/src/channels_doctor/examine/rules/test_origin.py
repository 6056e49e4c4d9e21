"""A test sends no Origin to an application that requires one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import CHECKS_ORIGIN, websocket_stack
from ..finding import Finding
from ..python.expressions import argument
from ..tests.communicators import Communicator, communicators

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
        if _is_application(project, each) and _is_bare(each) and _expects_success(each):
            message = (
                f"`{each.function.name}` connects to the whole application without an Origin, which"
                " the validator refuses. Pass an origin header."
            )
            fix = '+headers=[(b"origin", b"http://localhost")],'
            yield Finding(message, each.module.location(each.call), fix)


def _is_strict(project: Project) -> bool:
    """Return whether a validator of Channels refuses handshakes without an Origin."""
    hosts = project.settings["ALLOWED_HOSTS"]
    wide = not hosts.is_known or "*" in _listed(hosts.value)
    names = {
        each.name for each in websocket_stack(project).wrappers if each.short_name in CHECKS_ORIGIN
    }
    return bool(names) and not wide and all(name.startswith("channels.security.") for name in names)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _is_application(project: Project, each: Communicator) -> bool:
    """Return whether the first argument is the application of the ASGI module."""
    found = project.resolver.definition(each.module, argument(each.call, 0, "application"))
    made = found.node.value if found and isinstance(found.node, ast.Assign) else None
    router = getattr(made, "func", None)
    is_router = (
        found is not None and found.module.full_name(router).split(".")[-1] == "ProtocolTypeRouter"
    )
    return is_router and found is not None and found.module in project.asgi_modules


def _is_bare(each: Communicator) -> bool:
    """Return whether the test passes no headers and adds none later."""
    given = [
        *each.call.args[2:],
        *(word for word in each.call.keywords if word.arg in {None, "headers"}),
    ]
    starred = any(isinstance(argument, ast.Starred) for argument in each.call.args)
    later = any(
        getattr(node, "value", None) in {"headers", "origin", b"origin"}
        for node in ast.walk(each.function)
    )
    return not given and not starred and not later


def _expects_success(each: Communicator) -> bool:
    """Return whether the function asserts the first value that connect() returned."""
    names = set(_results(each))
    asserted = [node.test for node in ast.walk(each.function) if isinstance(node, ast.Assert)]
    calls = [node for node in ast.walk(each.function) if isinstance(node, ast.Call) and node.args]
    asserted += [call.args[0] for call in calls if getattr(call.func, "attr", "") == "assertTrue"]
    return any(isinstance(test, ast.Name) and test.id in names for test in asserted)


def _results(each: Communicator) -> Iterator[str]:
    for call in each.method_calls("connect"):
        above = each.module.parents.get(each.module.parents[call])
        target = above.targets[0] if isinstance(above, ast.Assign) else None
        first = target.elts[0] if isinstance(target, (ast.Tuple, ast.List)) else None
        if isinstance(first, ast.Name):
            yield first.id
