"""Choose the route to check: the first that accepts an anonymous or a logged-in user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.examine.channels.api import REFUSING_CALLBACKS
from channels_doctor.live.parallel import CheckFunction, run_parallel
from channels_doctor.live.socket_checks import Route
from channels_doctor.live.waits import check_accepted
from channels_doctor.support.errors import CannotExamine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels_doctor.live.client import Client
    from channels_doctor.live.outcome import Outcome

MAX_ROUTES = 8
SECONDS = 15.0
REFUSED = "http 403"
CATCH_ALL_PATTERNS = {
    *["", "^", ".*", "^.*$", "^.*", "<path:path>", "<path:rest>"],
    *["(?P<path>.*)", "^(?P<path>.*)$"],
}


class Choice(NamedTuple):
    """The route, and the outcome of its handshake."""

    route: Route
    outcome: Outcome

    @property
    def accepted(self) -> bool:
        """Whether the server accepts and keeps the connection."""
        return bool(self.outcome["outcome"] == "accepted")

    @property
    def refused(self) -> bool:
        """Whether the server just refuses the handshake."""
        return bool(self.outcome["outcome"] == REFUSED)


def sample_paths(facts: dict[str, Any]) -> list[str]:
    """Return the paths to try; [] for a router without routes.

    Raises CannotExamine when there is no router, or no route with a known path.
    """
    routes = [
        route
        for route in facts.get("routes") or []
        if route.get("callback") not in REFUSING_CALLBACKS
    ]
    if facts.get("has_router") and not routes:
        return []
    paths = [
        str(route["sample"])
        for route in routes
        if route.get("sample") and str(route.get("pattern", "")) not in CATCH_ALL_PATTERNS
    ]
    if not paths:
        raise CannotExamine(
            "The path of no WebSocket route is known, so there is nothing to connect to."
        )
    return list(dict.fromkeys(paths))[:MAX_ROUTES]


def choose_route(client: Client, cookie: str, origins: list[str], paths: list[str]) -> Choice:
    """Return the first path that is accepted, else the first with a more telling error than 403."""
    choices: dict[str, Choice] = {}

    def check_of(path: str) -> CheckFunction:
        def check() -> Outcome:
            choices[path] = _try_path(client, cookie, origins, path)
            return choices[path].outcome

        return check

    run_parallel({path: check_of(path) for path in paths}, SECONDS)
    tried = [choices.get(path) or _unanswered(client, path, origins) for path in paths]
    routes = [{"route": each.route.path, "outcome": each.outcome["outcome"]} for each in tried]
    best = min(tried, key=lambda choice: (not choice.accepted, choice.refused))
    return best._replace(outcome={**best.outcome, "routes": routes})


def _unanswered(client: Client, path: str, origins: list[str]) -> Choice:
    return Choice(Route(client, path, origins[0]), {"outcome": "no answer"})


def _try_path(client: Client, cookie: str, origins: list[str], path: str) -> Choice:
    """Return the first attempt that is accepted, else the first that is not just refused."""
    attempts: list[Choice] = []
    for number, (origin, with_cookie) in enumerate(_attempts(cookie, origins)):
        user = client._replace(cookie=cookie if with_cookie else "")
        name = f"own-origin {path} {number}".encode("ascii", "replace").decode()
        outcome = user.run(path, origin, check_accepted, name)
        outcome.update({"origin": origin, "logged_in": with_cookie, "check": name})
        choice = Choice(Route(user, path, origin), outcome)
        if choice.accepted:
            return choice
        attempts.append(choice)
    names = [attempt.outcome["check"] for attempt in attempts]
    best = min(attempts, key=lambda choice: choice.refused)
    return best._replace(outcome={**best.outcome, "attempts": names})


def _attempts(cookie: str, origins: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield the origins, each with whether to send the cookie."""
    yield origins[0], False
    if cookie:
        yield origins[0], True
    for origin in origins[1:]:
        yield origin, bool(cookie)
