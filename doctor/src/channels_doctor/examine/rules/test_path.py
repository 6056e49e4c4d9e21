"""A test opens a path that no route has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.application import is_whole_application
from ..asgi.example_paths import no_route
from ..asgi.known_paths import known_paths, nearest_path, path_diff
from ..asgi.repeated_prefixes import repeated_prefixes
from ..browser.sockets import Address
from ..browser.template_text import ANY
from ..finding import Finding
from ..message_values.string_parts import literal_text
from ..project_tests.test_sockets import find_test_sockets

if TYPE_CHECKING:
    import ast

    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat'."


def check(project: Project) -> Iterator[Finding]:
    """Find paths for the whole application whose test expects success."""
    known = known_paths(project)
    for socket in find_test_sockets(project) if known else []:
        if not is_whole_application(project, socket.owner, socket.application):
            continue
        address = _address(socket.path)
        if any(map(address.automaton.shares_a_path_with, known)) or not socket.expects_success:
            continue
        path = address.shown_path
        if any(each.is_meant_by(address.automaton) for each in repeated_prefixes(project)):
            continue  # the test is right
        near = nearest_path(project, path)
        place = socket.communicator.module.location(socket.communicator.call)
        yield Finding(
            f"The test opens `{path}`, and no WebSocket route matches it.",
            place,
            path_diff(project, place, path, near),
            symptom=no_route(path),
        )


def _address(node: ast.expr | None) -> Address:
    """Return the path of an expression, without its query."""
    text = literal_text(node, ANY) if node else ANY
    return Address("", "", text.partition("?")[0])
