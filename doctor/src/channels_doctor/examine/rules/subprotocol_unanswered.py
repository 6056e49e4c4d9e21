"""A page requests a subprotocol that no consumer answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..asgi.refusing_routes import refuses_all_paths
from ..asgi.route_table import consumer_of, route_table
from ..browser.script_text import split
from ..browser.sockets import opened_sockets
from ..browser.template_text import ANY, SEGMENT
from ..channels.subprotocols import answered_subprotocols
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.path_automaton import PathAutomaton
    from ..browser.sockets import Socket
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but no"
    " response was received"
)

UNKNOWN = "?"  # a subprotocol that only the browser knows
HANDSHAKE = "Error during WebSocket handshake: "
NO_MATCH = (
    f"{HANDSHAKE}'Sec-WebSocket-Protocol' header value in response does not match any of sent"
    " values"
)
NOT_SENT = (
    f"{HANDSHAKE}Response must not include 'Sec-WebSocket-Protocol' header if not present in"
    " request"
)


class RouteAnswers(NamedTuple):
    """The paths of a route, and the subprotocols that its consumer answers, None if unknown."""

    automaton: PathAutomaton | None
    answers: frozenset[str] | None


def check(project: Project) -> Iterator[Finding]:
    """Find sockets whose subprotocols and those of the consumer do not agree."""
    routes = _known_routes(project)
    for socket in opened_sockets(project) if routes else []:
        offered = _offered(socket)
        answers = _answers(socket, routes) if offered is not None else None
        if offered is None or answers is None or _agree(offered, answers):
            continue
        names = " or ".join(f"`{each}`" for each in sorted(answers - {""}))
        wanted = ", ".join(f"`{each}`" for each in offered if each != UNKNOWN) or "a subprotocol"
        if not names:
            message = f"The page requests {wanted}, and the consumer answers no subprotocol."
        elif not offered:
            message = f"The page requests no subprotocol, and the consumer always answers {names}."
        else:
            message = f"The page requests {wanted}, and the consumer answers {names}."
        message += " Browsers then close the socket."
        symptom = NO_MATCH if offered else NOT_SENT
        yield Finding(message, socket.location, symptom=symptom if names else None)


def _agree(offered: list[str], answers: frozenset[str]) -> bool:
    """Return whether a browser may accept one of the answers."""
    if not offered:
        return "" in answers
    return bool(set(offered) & answers) or (UNKNOWN in offered and answers != {""})


def _offered(socket: Socket) -> list[str] | None:
    """Return the subprotocols that a page requests, None for options of another library."""
    text = socket.protocols
    if text.startswith(("{", "(", "function", "async")):
        return None
    if text in {"", "undefined", "null", "[]"}:
        return []
    items = split(text[1:-1], ",") if text.startswith("[") else [text]
    values = [each for item in items if item for each in socket.script.values(item)]
    is_list = text.startswith(("[", '"', "'", "`"))
    if not is_list and any(ANY in each or SEGMENT in each for each in values):
        return None
    return [UNKNOWN if ANY in each or SEGMENT in each else each for each in values]


def _known_routes(project: Project) -> list[RouteAnswers]:
    """Return the routes with what their consumers answer, none when that is not decided."""
    table = route_table(project)
    if not table.is_complete or _is_answered_elsewhere(project):
        return []
    found = []
    for route in table.routes:
        if not refuses_all_paths(project, route):
            consumer = consumer_of(project.resolver, route)
            answers = answered_subprotocols(project.resolver, consumer) if consumer else None
            found.append(RouteAnswers(route.automaton, answers))
    return found


def _answers(socket: Socket, routes: list[RouteAnswers]) -> frozenset[str] | None:
    """Return what the consumers of a socket's routes answer, None when that is unknown."""
    if not all(each.is_own_host or each.is_local for each in socket.addresses):
        return None
    paths = [each.automaton for each in socket.addresses]
    reached = [
        answers
        for automaton, answers in routes
        if automaton is None or any(map(automaton.shares_a_path_with, paths))
    ]
    known = [each for each in reached if each is not None]
    return frozenset().union(*known) if known and len(known) == len(reached) else None


def _is_answered_elsewhere(project: Project) -> bool:
    """Return whether code outside of consumers may answer, as a middleware does."""
    consumers = {each.module for each in project.consumers}
    others = (each for each in project.production_modules if each not in consumers)
    return any(
        '"subprotocol"' in line or "'subprotocol'" in line for each in others for line in each.lines
    )
