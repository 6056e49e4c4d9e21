"""nginx passes sockets on under a path that no route has."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Iterator

from ..asgi.example_paths import NO_ROUTE, no_route
from ..deployment.proxy_locations import ProxyLocation, proxy_locations
from ..deployment.proxy_targets import passed_path, target_of
from ..deployment.route_prefixes import route_prefixes
from ..deployment.socket_locations import websocket_locations
from ..diffs import changed_line, file_line, line_diff
from ..finding import Finding

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "settings"
SYMPTOM = NO_ROUTE

MAX_LINES = 40  # of a location
ROOT_PATHS = ("--root-path", "FORCE_SCRIPT_NAME", "root_path", "Daphne-Root-Path", "SCRIPT_NAME")


def check(project: Project) -> Iterator[Finding]:
    """Find locations that upgrade, and whose paths behind nginx begin no route."""
    prefixes = list(dict.fromkeys(route_prefixes(project)))
    if not prefixes or "/" in prefixes or _has_root_path(project):
        return
    used = websocket_locations(project)
    chosen = {each.directive.location for each in used}
    upgrading = [each for each in used if each.upgrades]
    is_passed = all(any(_matches(each, path) for each in upgrading) for path in prefixes)
    for location in _own_locations(project):
        is_chosen = location.directive.location in chosen
        if is_passed and not is_chosen:
            continue  # the headers for sockets are a copy in a location for other requests
        own = [each for each in prefixes if is_chosen and _matches(location, each)]
        if location.directive.words[1] == "=" and location.directive.words[-1] not in prefixes:
            yield _exact(project, location, prefixes)
            continue
        yield from _finding(project, location, own or [location.directive.words[-1]], prefixes)


def _own_locations(project: Project) -> list[ProxyLocation]:
    """Return the upgrading locations, when all locations pass to one server."""
    locations = proxy_locations(project)
    targets = [target_of(project, each) for each in locations]
    if len({each.hosts if each else None for each in targets}) != 1:
        return []
    return [each for each in locations if each.upgrades and each.is_complete]


def _matches(location: ProxyLocation, path: str) -> bool:
    return path.startswith(location.directive.words[-1])


def _finding(
    project: Project, location: ProxyLocation, paths: list[str], prefixes: list[str]
) -> Iterator[Finding]:
    target = target_of(project, location)
    passed = [passed_path(location, target, each) for each in paths] if target else []
    if (
        not passed
        or None in passed
        or any(_is_routed(each[0], prefixes) for each in passed if each)
    ):
        return
    path, place = passed[0] or ("", location.directive.location)
    advice, fix = _advice(project, location, place, prefixes)
    message = (
        f"nginx passes sockets on as `{path}`, but the routes begin with"
        f" `{'`, `'.join(prefixes[:3])}`. {advice}."
    )
    yield Finding(message, place, fix, symptom=no_route(path))


def _advice(
    project: Project, location: ProxyLocation, place: Location | None, prefixes: list[str]
) -> tuple[str, str]:
    """Return the removal of what changes the path, else the location of the routes' beginning.

    It replaces the location, unless this one alone serves the pages.
    """
    line = file_line(project, place)
    passed = re.sub(r"(proxy_pass\s+\w+://[^/;\s]+)/[^;\s]*", r"\1", line)
    if line.startswith("rewrite") or passed != line:
        new = "" if line.startswith("rewrite") else passed
        return "Pass the path on unchanged", changed_line(line, new)
    own, shared = location.directive.words[-1], os.path.commonpath(prefixes).rstrip("/") + "/"
    if any(each.directive.words[-1] == "/" for each in proxy_locations(project)):
        return f"Write `location {shared}`", line_diff(project, place, own, shared)
    block = _block(project, place)
    added = "\n".join(f"+{each}" for each in [line.replace(own, shared), *block[1:], ""])
    return f"Add a `location {shared}`", f"{added}\n {line}" if block else ""


def _block(project: Project, place: Location | None) -> list[str]:
    """Return the lines of a location, with the margins that they have in it."""
    lines: list[str] = []
    while place and place.line and lines[-1:] != ["}"] and len(lines) < MAX_LINES:
        line = file_line(project, place._replace(line=place.line + len(lines)))
        lines.append(line if not lines or line == "}" else f"    {line}")
    return lines if lines[-1:] == ["}"] else []


def _exact(project: Project, location: ProxyLocation, prefixes: list[str]) -> Finding:
    path = location.directive.words[-1]
    message = (
        f"`location = {path}` matches this path alone, but the routes begin with"
        f" `{'`, `'.join(prefixes[:3])}`. Remove the equals sign."
    )
    place = location.directive.location
    return Finding(message, place, line_diff(project, place, f"= {path}", path))


def _is_routed(path: str, prefixes: list[str]) -> bool:
    return any(path.startswith(each) or each.startswith(path) for each in prefixes)


def _has_root_path(project: Project) -> bool:
    """Return whether a server or the settings know the prefix of the site."""
    texts = (file.text() for file in project.deployment_files if not file.path.endswith(".md"))
    return any(each in text for text in texts for each in ROOT_PATHS)
