"""A page requests a subprotocol that no consumer answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..asgi.refusing_routes import refuses_all_paths
from ..asgi.route_table import consumer_of, route_table
from ..browser.script_text import split
from ..browser.sockets import opened_sockets
from ..browser.template_text import ANY, SEGMENT
from ..channels.subprotocols import answered_subprotocols, answering_call
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.path_automaton import PathAutomaton
    from ..browser.sockets import Socket
    from ..finding import Location
    from ..project import Project
    from ..python.definitions import Definition

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
    consumer: Definition | None


def check(project: Project) -> Iterator[Finding]:
    """Find sockets whose subprotocols and those of the consumer do not agree."""
    routes = _known_routes(project)
    for socket in opened_sockets(project) if routes else []:
        offered = _offered(socket)
        reached = _reached(socket, routes)
        answers = _answers(reached)
        if offered is None or answers is None or _agree(offered, answers):
            continue
        symptom = (NO_MATCH if offered else NOT_SENT) if answers - {""} else None
        place = socket.location if offered else _place(project, socket, reached)
        yield Finding(_message(offered, answers), place, symptom=symptom)


def _message(offered: list[str], answers: frozenset[str]) -> str:
    names = " or ".join(f"`{each}`" for each in sorted(answers - {""}))
    wanted = ", ".join(f"`{each}`" for each in offered if each != UNKNOWN) or "a subprotocol"
    if not names:
        message = f"The page requests {wanted}, and the consumer answers no subprotocol."
    elif not offered:
        message = f"The page requests no subprotocol, and the consumer always answers {names}."
    else:
        message = f"The page requests {wanted}, and the consumer answers {names}."
    return message + " Browsers then close the socket."


def _place(project: Project, socket: Socket, reached: list[RouteAnswers]) -> Location:
    """Return the place of the only answer to a page that requests none, else that of the page."""
    consumers = [each.consumer for each in reached if each.consumer]
    found = answering_call(project.resolver, consumers[0]) if len(consumers) == 1 else None
    return found[0].location(found[1]) if found else socket.location


def _agree(offered: list[str], answers: frozenset[str]) -> bool:
    """Return whether a browser may accept one of the answers."""
    if not offered:
        return "" in answers
    return bool(set(offered) & answers) or (UNKNOWN in offered and answers != {""})


def _offered(socket: Socket) -> list[str] | None:
    """Return the subprotocols that a page requests, None for options of another library."""
    text = socket.script.assigned(socket.protocols).strip() or socket.protocols
    if text != socket.protocols and f"{socket.protocols}." in socket.script.text:
        return None  # a list that the script changes
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
            found.append(RouteAnswers(route.automaton, answers, consumer))
    return found


def _reached(socket: Socket, routes: list[RouteAnswers]) -> list[RouteAnswers]:
    """Return the routes that a socket may reach, none for a socket of another host."""
    if not all(each.is_own_host or each.is_local for each in socket.addresses):
        return []
    paths = [each.automaton for each in socket.addresses]
    return [
        route
        for route in routes
        if route.automaton is None or any(map(route.automaton.shares_a_path_with, paths))
    ]


def _answers(reached: list[RouteAnswers]) -> frozenset[str] | None:
    """Return what the consumers of some routes answer, None when that is unknown."""
    known = [each.answers for each in reached if each.answers is not None]
    return frozenset().union(*known) if known and len(known) == len(reached) else None


def _is_answered_elsewhere(project: Project) -> bool:
    """Return whether code outside of consumers may answer, as a middleware does."""
    consumers = {each.module for each in project.consumers}
    others = (each for each in project.production_modules if each not in consumers)
    return any(
        '"subprotocol"' in line or "'subprotocol'" in line for each in others for line in each.lines
    )
