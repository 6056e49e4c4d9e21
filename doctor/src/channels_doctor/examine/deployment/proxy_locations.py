"""The locations of nginx that pass on the requests of a project's sockets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from .commands import is_development
from .nginx import Directive, read_nginx

if TYPE_CHECKING:
    from ..project import Project

HARMLESS = {"mime.types", "proxy_params", "uwsgi_params", "fastcgi_params", "scgi_params"}
SOCKETS = "/ws/"


class Location(NamedTuple):
    """A location that passes requests on: its own directives, and those of the blocks around it, the nearest first."""

    directive: Directive
    levels: list[list[Directive]]

    def values(self, name: str) -> list[list[str]]:
        """Return the arguments of a directive, from the nearest level that has it: nginx inherits all or none."""
        for level in self.levels:
            found = [each.words[1:] for each in level if each.name == name]
            if found:
                return found
        return []

    def header(self, name: str) -> str | None:
        """Return what a request header is set to, "" when it is taken away, None when it is left alone."""
        found = [
            words for words in self.values("proxy_set_header") if words and words[0].lower() == name
        ]
        return " ".join(found[-1][1:]) if found else None

    @property
    def is_whole(self) -> bool:
        """Return whether everything in it is seen: no include of a file outside of the project."""
        included = [
            each.words[-1].rsplit("/", 1)[-1]
            for level in self.levels
            for each in level
            if each.name == "include"
        ]
        return all(name in HARMLESS or "*" in name for name in included)

    @property
    def upgrades(self) -> bool:
        """Return whether it hands the wish for a WebSocket on."""
        return bool(self.header("upgrade")) and self.header("connection") is not None


def locations(project: Project) -> list[Location]:
    """Return the locations with `proxy_pass` of the project's nginx files, those for development left out."""
    files = [file for file in project.deployment if not is_development(file.path)]
    return list(_locations(read_nginx(files), []))


def _locations(tree: list[Directive], above: list[list[Directive]]) -> Iterator[Location]:
    for each in tree:
        levels = [each.block, *above] if each.block else above
        passes = any(inner.name == "proxy_pass" and len(inner.words) > 1 for inner in each.block)
        if each.name == "location" and len(each.words) > 1 and passes:
            yield Location(each, [each.block, *(above or [tree])])
        yield from _locations(each.block, levels)


def for_sockets(project: Project) -> list[Location]:
    """Return, of each `server`, the location that takes the project's sockets, as nginx would choose it."""
    paths = list(dict.fromkeys(_paths(project))) or [SOCKETS]
    servers: dict[int, list[Location]] = {}
    for each in locations(project):
        servers.setdefault(id(each.levels[1]) if len(each.levels) > 1 else 0, []).append(each)
    return [chosen for own in servers.values() for path in paths for chosen in _chosen(own, path)]


def _paths(project: Project) -> Iterator[str]:
    """Yield how the paths of the sockets begin, as far as patterns tell; Django alone knows nested routers."""
    for route in project.facts.get("routes") or []:
        yield "/" + _beginning(str(route.get("pattern", "")))
    if not project.facts.get("routes"):
        for each in project.routes:
            if _beginning(each.pattern or "").startswith("ws"):
                yield "/" + _beginning(each.pattern or "")


def _beginning(pattern: str) -> str:
    return re.split(r"[<(\[\\.*+?$|]", pattern.lstrip("^/"), maxsplit=1)[0]


def _chosen(own: list[Location], path: str) -> Iterator[Location]:
    """Yield the location for a path: the exact one, else the first pattern, else the longest beginning."""
    plain = [each for each in own if _matches(each, path)]
    exact = [each for each in plain if each.directive.words[1] == "="]
    patterns = [each for each in plain if each.directive.words[1].startswith("~")]
    if exact or patterns:
        yield (exact or patterns)[0]
    elif plain:
        yield max(plain, key=lambda each: len(each.directive.words[-1]))


def _matches(location: Location, path: str) -> bool:
    sign, *rest = location.directive.words[1:] or [""]
    target = rest[0] if rest else sign
    if sign == "=":
        return path == target
    if not sign.startswith("~"):
        return path.startswith(target)
    try:
        return bool(re.search(target, path + "x/", re.IGNORECASE if sign == "~*" else 0))
    except re.error:
        return False
