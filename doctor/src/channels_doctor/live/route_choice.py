"""Which route is examined: the first that lets us in, as a stranger or signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.examination_errors import CannotExamine
from channels_doctor.examine.channels.known_names import REFUSALS
from channels_doctor.live.parallel import Work, together
from channels_doctor.live.socket_checks import Route
from channels_doctor.live.waits import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels_doctor.live.client import Door
    from channels_doctor.live.outcome import Outcome

MOST = 8  # routes that are tried
LIMIT = 15.0
CATCH_ALL = {
    "",
    "^",
    ".*",
    "^.*$",
    "^.*",
    "<path:path>",
    "<path:rest>",
    "(?P<path>.*)",
    "^(?P<path>.*)$",
}


class Choice(NamedTuple):
    """The route, and how its handshake ended."""

    route: Route
    outcome: Outcome

    @property
    def accepted(self) -> bool:
        """Whether the route keeps a socket open for us."""
        return bool(self.outcome["outcome"] == "accepted")


def samples(facts: dict[str, Any]) -> list[str]:
    """Return the addresses to try, none for a router without routes.

    Raises CannotExamine when there is no router, or no route whose address is known.
    """
    routes = [route for route in facts.get("routes") or [] if route.get("callback") not in REFUSALS]
    if facts.get("has_router") and not routes:
        return []
    found = [
        str(route["sample"])
        for route in routes
        if route.get("sample") and str(route.get("pattern", "")) not in CATCH_ALL
    ]
    if not found:
        raise CannotExamine(
            "No WebSocket route is known, so there is nothing to open a socket at: "
            "`chanscaffold doctor` without --live says what is wrong with the routes."
        )
    return list(dict.fromkeys(found))[:MOST]


def choose(door: Door, cookie: str, origins: list[str], paths: list[str]) -> Choice:
    """Return the first path that lets us in; if none does, the one that fails most tellingly."""
    found: dict[str, Choice] = {}

    def trial(path: str) -> Work:
        def work() -> Outcome:
            found[path] = _try(door, cookie, origins, path)
            return found[path].outcome

        return work

    together({path: trial(path) for path in paths}, LIMIT)
    choices = [found.get(path) or _silent(door, path, origins) for path in paths]
    tried = [
        {"route": choice.route.path, "outcome": choice.outcome["outcome"]} for choice in choices
    ]
    best = min(
        choices, key=lambda choice: (not choice.accepted, choice.outcome["outcome"] == "http 403")
    )
    return best._replace(outcome={**best.outcome, "routes": tried})


def _silent(door: Door, path: str, origins: list[str]) -> Choice:
    return Choice(Route(door, path, origins[0]), {"outcome": "no answer"})


def _try(door: Door, cookie: str, origins: list[str], path: str) -> Choice:
    """Return the first attempt that is accepted, else the first that does not just refuse, else the first."""
    attempts: list[Choice] = []
    for number, (origin, with_cookie) in enumerate(_attempts(cookie, origins)):
        at = door._replace(cookie=cookie if with_cookie else "")
        mark = f"own-origin {path} {number}".encode("ascii", "replace").decode()
        outcome = at.enter(path, origin, settle, mark)
        choice = Choice(
            Route(at, path, origin),
            {**outcome, "origin": origin, "signed-in": with_cookie, "mark": mark},
        )
        if choice.accepted:
            return choice
        attempts.append(choice)
    marks = [attempt.outcome["mark"] for attempt in attempts]
    best = min(attempts, key=lambda choice: choice.outcome["outcome"] == "http 403")
    return best._replace(outcome={**best.outcome, "attempts": marks})


def _attempts(cookie: str, origins: list[str]) -> Iterator[tuple[str, bool]]:
    yield origins[0], False
    if cookie:
        yield origins[0], True
    for origin in origins[1:]:
        yield origin, bool(cookie)
