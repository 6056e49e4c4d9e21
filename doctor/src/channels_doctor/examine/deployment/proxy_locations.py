"""The locations of nginx that pass on the project's WebSockets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.consumers import have_no_websockets
from .commands import is_development_file
from .nginx import Directive, read_nginx
from .route_prefixes import websocket_paths

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

# Files of nginx itself that change nothing here.
HARMLESS_INCLUDES = {
    "mime.types",
    "proxy_params",
    "uwsgi_params",
    "fastcgi_params",
    "scgi_params",
}
USUAL_PATH = "/ws/"


class ProxyLocation(NamedTuple):
    """A location with `proxy_pass`; `levels` are its directives, then those of each outer block."""

    directive: Directive
    levels: list[list[Directive]]

    def values(self, name: str) -> list[list[str]]:
        """Return the arguments of a directive at the nearest level: nginx inherits all or none."""
        for level in self.levels:
            found = [each.words[1:] for each in level if each.name == name]
            if found:
                return found
        return []

    def header(self, name: str) -> str | None:
        """Return the value of a request header, "" when it is removed, None when it is not set."""
        headers = self.values("proxy_set_header")
        found = [words for words in headers if words and words[0].lower() == name]
        return " ".join(found[-1][1:]) if found else None

    def header_location(self, name: str) -> Location:
        """Return the line that sets a request header, else that of the location."""
        for level in self.levels:
            for each in level:
                if (
                    each.name == "proxy_set_header"
                    and each.words[1:2][:1]
                    and (each.words[1].lower() == name)
                ):
                    return each.location
        return self.directive.location

    def location_of(self, name: str) -> Location:
        """Return the line of the nearest directive of a name, else that of the location."""
        found = (each.location for level in self.levels for each in level if each.name == name)
        return next(found, self.directive.location)

    @property
    def is_complete(self) -> bool:
        """Return whether each include is a pattern, or a file of nginx that changes nothing here.

        Another file may be outside of the project, with directives that the linter does not know.
        """
        names = [
            each.words[-1].rsplit("/", 1)[-1]
            for level in self.levels
            for each in level
            if each.name == "include"
        ]
        return all(name in HARMLESS_INCLUDES or "*" in name for name in names)

    @property
    def upgrades(self) -> bool:
        """Return whether it passes the Upgrade header on."""
        return bool(self.header("upgrade")) and not self.closes

    @property
    def closes(self) -> bool:
        """Return whether the Connection header certainly does not upgrade."""
        connection = self.header("connection")
        return connection is None or connection.lower() in {"", "close", "keep-alive"}


def proxy_locations(project: Project) -> list[ProxyLocation]:
    """Return the locations with `proxy_pass` in the nginx files, except those for development."""
    files = [file for file in project.deployment_files if not is_development_file(file.path)]
    return list(_locations(read_nginx(files), []))


def _locations(tree: list[Directive], outer: list[list[Directive]]) -> Iterator[ProxyLocation]:
    for each in tree:
        levels = [each.block, *outer] if each.block else outer
        passes = any(inner.name == "proxy_pass" and len(inner.words) > 1 for inner in each.block)
        if each.name == "location" and len(each.words) > 1 and passes:
            yield ProxyLocation(each, [each.block, *(outer or [tree])])
        yield from _locations(each.block, levels)


def websocket_locations(project: Project) -> list[ProxyLocation]:
    """Return the locations that nginx chooses for the project's WebSockets in each `server`."""
    if have_no_websockets(project.resolver, project.production_consumers):
        return []
    paths = list(dict.fromkeys(websocket_paths(project))) or [USUAL_PATH]
    servers: dict[int, list[ProxyLocation]] = {}
    for each in proxy_locations(project):
        server = id(each.levels[1]) if len(each.levels) > 1 else 0
        servers.setdefault(server, []).append(each)
    return [
        chosen
        for locations in servers.values()
        for path in paths
        for chosen in _choose(locations, path)
    ]


def _choose(locations: list[ProxyLocation], path: str) -> Iterator[ProxyLocation]:
    """Yield the location for a path: the exact one, else the first regex, else the longest."""
    matching = [each for each in locations if _matches(each, path)]
    exact = [each for each in matching if each.directive.words[1] == "="]
    regexes = [each for each in matching if each.directive.words[1].startswith("~")]
    if exact or regexes:
        yield (exact or regexes)[0]
    elif matching:
        yield max(matching, key=lambda each: len(each.directive.words[-1]))


def _matches(location: ProxyLocation, path: str) -> bool:
    modifier, *rest = location.directive.words[1:] or [""]
    target = rest[0] if rest else modifier
    if modifier == "=":
        return path == target
    if not modifier.startswith("~"):
        return path.startswith(target)
    try:
        # A request has something in the place of the route's parameter.
        return bool(re.search(target, path + "x/", re.IGNORECASE if modifier == "~*" else 0))
    except re.error:
        return False
