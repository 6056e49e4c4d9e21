"""`--live`: the checks at the project's own server, those that only wait all at the same time."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from channels_doctor.examination_errors import CannotExamine
from channels_doctor.live.client import Door
from channels_doctor.live.parallel import Work, together
from channels_doctor.live.route_choice import Choice, choose, samples
from channels_doctor.live.socket_checks import Route, handshakes, idle, talks, wait_for_the_end
from channels_doctor.live.temporary_site import (
    LOCAL,
    Helpers,
    Site,
    helpers_for,
    round_trip,
    throw_away_site,
)

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from channels_doctor.live.outcome import Outcome
    from channels_doctor.locate import Location

LIMIT = 25.0  # seconds for everything that runs at the same time
LOCAL_NAMES: tuple[str, ...] = ("127.0.0.1", "localhost")
STOP = 6.0  # seconds for the server to close its sockets


def observe_project(
    location: Location, python: str, facts: dict[str, Any], settings: str | None
) -> dict[str, Any]:
    """Return the observations of the project's server. Raises CannotExamine."""
    module = settings or facts.get("settings_module")
    if not module:
        raise CannotExamine(
            "No settings module is known, so no server can be started: name it with --settings MODULE."
        )
    paths = samples(facts)
    helpers = helpers_for(location, python, facts, str(module))
    with throw_away_site(helpers) as site:
        if paths:
            route, checks = _examine_routes(site, helpers, paths)
        else:
            route, checks = "", _examine_without_routes(site, helpers)
    return {"kind": "live", "server": site.told["server"], "route": route, "checks": checks}


def _examine_routes(
    site: Site, helpers: Helpers, paths: list[str]
) -> tuple[str, dict[str, Outcome]]:
    """Return the path that was examined, and the outcome of each check."""
    choice, checks = _examine(site, helpers, paths)
    seen = site.seen()
    if choice.accepted:
        checks["sigterm"] = _stop(site, choice.route)
    _add_what_was_seen(checks, seen)
    return choice.route.path, checks


def _examine_without_routes(site: Site, helpers: Helpers) -> dict[str, Outcome]:
    """Return the outcome of the checks that a project passes before it has a route."""
    door = _door(site)
    unknown = handshakes(Route(door, "", _origins(site, door.name)[0]))["unknown-path"]
    checks = together(
        {"round-trip": lambda: round_trip(helpers, site), "unknown-path": unknown}, LIMIT
    )
    _add_what_was_seen(checks, site.seen())
    return checks


def _add_what_was_seen(checks: dict[str, Outcome], seen: dict[str, Outcome]) -> None:
    """Let each check say what the server's side knows of it; an Origin is allowed if it was in any attempt."""
    marks = checks["own-origin"].pop("attempts", []) if "own-origin" in checks else []
    for name, outcome in checks.items():
        outcome.update(seen.get(outcome.pop("mark", name), {}))
    verdicts = [
        seen[mark]["origin_allowed"] for mark in marks if "origin_allowed" in seen.get(mark, {})
    ]
    if verdicts:
        checks["own-origin"]["origin_allowed"] = any(verdicts)


def _examine(site: Site, helpers: Helpers, paths: list[str]) -> tuple[Choice, dict[str, Outcome]]:
    door = _door(site)
    choice = choose(door, site.cookie, _origins(site, door.name), paths)
    works: dict[str, Work] = {"round-trip": lambda: round_trip(helpers, site)}
    others: dict[str, Outcome] = {}
    done = threading.Event()

    def visit() -> Outcome:
        loud = talks(choice.route) if choice.accepted else {}
        others.update(together({**handshakes(choice.route), **loud}, LIMIT))
        done.set()
        return {"outcome": "done"}

    if choice.accepted:
        works["idle"] = lambda: idle(choice.route, helpers.task["bases"], lambda: not done.is_set())
    checks = together({**works, "others": visit}, LIMIT + 1)
    return choice, {
        "own-origin": choice.outcome,
        **others,
        **{name: checks[name] for name in works},
    }


def _door(site: Site) -> Door:
    return Door(
        (LOCAL, site.told["port"]), f"{_host(site.told['hosts'])}:{site.told['port']}", marked=True
    )


def _host(hosts: list[str]) -> str:
    """Return a host that ALLOWED_HOSTS admits, one of this machine if possible."""
    if not hosts or "*" in hosts:
        return "localhost"
    return next((host for host in LOCAL_NAMES if host in hosts), hosts[0].lstrip("."))


def _origins(site: Site, name: str) -> list[str]:
    """Return what the project's own pages may have as their origin: as served here, and as in production."""
    host = name.rpartition(":")[0]
    own = [origin for origin in site.told["origins"] if "*" not in origin]
    return list(dict.fromkeys([f"http://{name}", *own[:2], f"https://{host}"]))


def _stop(site: Site, route: Route) -> Outcome:
    """Return what an open socket sees when the server is told to stop."""

    def then(opened: ClientConnection) -> Outcome:
        site.server.process.send_signal(signal.SIGTERM)
        return wait_for_the_end(opened, STOP)

    if os.name == "nt":
        return {"outcome": "unknown", "error": "there is no SIGTERM on Windows"}
    works = {"sigterm": lambda: route.door.enter(route.path, route.origin, then, "sigterm")}
    return together(works, STOP + 5)["sigterm"]
