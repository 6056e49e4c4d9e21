"""`--live`: run the checks at the project's own server."""

from __future__ import annotations

import os
import re
import signal
import threading
from typing import TYPE_CHECKING, Any

from channels_doctor.live.client import Client
from channels_doctor.live.development_services import development_services
from channels_doctor.live.parallel import CheckFunction, run_parallel
from channels_doctor.live.round_trip_check import check_round_trip
from channels_doctor.live.route_choice import Choice, choose_route, sample_paths
from channels_doctor.live.socket_checks import (
    Route,
    handshake_checks,
    message_checks,
    run_idle_check,
)
from channels_doctor.live.temporary_site import (
    LOOPBACK,
    Agents,
    Site,
    prepare_agents,
    temporary_site,
)
from channels_doctor.live.waits import check_close
from channels_doctor.support.errors import CannotExamine

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from channels_doctor.live.outcome import Outcome
    from channels_doctor.project_location import ProjectLocation

PARALLEL_SECONDS = 25.0
SHUTDOWN_SECONDS = 6.0
THREAD_SECONDS = 5.0  # more than the check in the thread takes
PORT = re.compile(r":\d+$")
LOCAL_NAMES = ("127.0.0.1", "localhost")
MAX_TRUSTED_ORIGINS = 2


def check_project(
    location: ProjectLocation, python: str, facts: dict[str, Any], settings: str | None
) -> dict[str, Any]:
    """Run the project's server, and return what its clients observe.

    `facts` are the inspector's. Raises CannotExamine when the server cannot be run, or when neither
    a route nor a router without routes is known.
    """
    module = settings or facts.get("settings_module")
    if not module:
        raise CannotExamine(
            "The settings module is not known, so no server can be started: "
            "give it with --settings MODULE."
        )
    paths = sample_paths(facts)
    agents = prepare_agents(location, python, facts, str(module))
    with development_services(agents, facts), temporary_site(agents) as site:
        if paths:
            route, checks = _check_routes(site, agents, paths)
        else:
            route, checks = "", _check_without_routes(site, agents)
    return {"kind": "live", "server": site.description["server"], "route": route, "checks": checks}


def _check_routes(site: Site, agents: Agents, paths: list[str]) -> tuple[str, dict[str, Outcome]]:
    """Return the path of the route that was checked, and the outcomes."""
    client = _client(site)
    choice = choose_route(client, site.cookie, _origins(site, client.name), paths)
    checks = {"own-origin": choice.outcome, **_check_in_parallel(site, agents, choice)}
    records = site.records()
    if choice.accepted:
        checks["sigterm"] = _check_shutdown(site, choice.route)
    _add_records(checks, records)
    return choice.route.path, checks


def _check_without_routes(site: Site, agents: Agents) -> dict[str, Outcome]:
    """Return the outcomes of the checks that need no route."""
    client = _client(site)
    route = Route(client, "", _origins(site, client.name)[0])
    checks = {
        "round-trip": lambda: check_round_trip(agents, site),
        "unknown-path": handshake_checks(route)["unknown-path"],
    }
    outcomes = run_parallel(checks, PARALLEL_SECONDS)
    _add_records(outcomes, site.records())
    return outcomes


def _check_in_parallel(site: Site, agents: Agents, choice: Choice) -> dict[str, Outcome]:
    """Run the quick checks beside the slow ones; the end of the quick ones starts the idle time."""
    slow: dict[str, CheckFunction] = {"round-trip": lambda: check_round_trip(agents, site)}
    outcomes: dict[str, Outcome] = {}
    done = threading.Event()

    def run_quick_checks() -> Outcome:
        messages = message_checks(choice.route) if choice.accepted else {}
        quick = {**handshake_checks(choice.route), **messages}
        outcomes.update(run_parallel(quick, PARALLEL_SECONDS))
        done.set()
        return {"outcome": "done"}

    if choice.accepted:
        bases = agents.options["layer_bases"]
        slow["idle"] = lambda: run_idle_check(choice.route, bases, lambda: not done.is_set())
    all_outcomes = run_parallel({**slow, "quick": run_quick_checks}, PARALLEL_SECONDS + 1)
    return {**outcomes, **{name: all_outcomes[name] for name in slow}}


def _add_records(checks: dict[str, Outcome], records: dict[str, Outcome]) -> None:
    """Add the server's record of each check; an Origin is allowed if any attempt was."""
    attempts = checks["own-origin"].pop("attempts", []) if "own-origin" in checks else []
    for name, outcome in checks.items():
        outcome.update(records.get(outcome.pop("check", name), {}))
    allowed = [records.get(name, {}).get("origin_allowed") for name in attempts]
    decisions = [decision for decision in allowed if decision is not None]
    if decisions:
        checks["own-origin"]["origin_allowed"] = any(decisions)


def _client(site: Site) -> Client:
    port = site.description["port"]
    name = f"{_host(site.description['hosts'])}:{port}"
    return Client((LOOPBACK, port), name, is_recorded=True)


def _host(hosts: list[str]) -> str:
    """Return a host that ALLOWED_HOSTS allows, a local one if possible, without its port."""
    hosts = [PORT.sub("", host) for host in hosts]
    if not hosts or "*" in hosts:
        return "localhost"
    return next((host for host in LOCAL_NAMES if host in hosts), hosts[0].lstrip("."))


def _origins(site: Site, name: str) -> list[str]:
    """Return the possible origins of the project's pages, as served here and in production."""
    host = name.rpartition(":")[0]
    trusted = [origin for origin in site.description["origins"] if "*" not in origin]
    origins = [f"http://{name}", *trusted[:MAX_TRUSTED_ORIGINS], f"https://{host}"]
    return list(dict.fromkeys(origins))


def _check_shutdown(site: Site, route: Route) -> Outcome:
    """Return how the server closes an open connection after SIGTERM."""
    if os.name == "nt":
        return {"outcome": "unknown", "error": "Windows has no SIGTERM"}

    def check(websocket: ClientConnection) -> Outcome:
        site.server.send_signal(signal.SIGTERM)
        return check_close(websocket, SHUTDOWN_SECONDS)

    checks = {"sigterm": lambda: route.client.run(route.path, route.origin, check, "sigterm")}
    return run_parallel(checks, SHUTDOWN_SECONDS + THREAD_SECONDS)["sigterm"]
