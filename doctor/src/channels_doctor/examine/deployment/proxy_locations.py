"""The locations of nginx that pass requests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from .commands import is_development_file
from .nginx import Directive, read_nginx

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

COMPOSE_FILE = re.compile(r"compose[^/]*\.ya?ml$")
# Files of nginx itself that change nothing here.
HARMLESS_INCLUDES = {
    "mime.types",
    "proxy_params",
    "uwsgi_params",
    "fastcgi_params",
    "scgi_params",
}


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
    def is_for_every_path(self) -> bool:
        """Return whether it gets each request that no other location gets."""
        return self.directive.words[-1] == "/"

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
    """Return the locations with `proxy_pass` in the nginx files, except those for development.

    A file that compose names in comments alone is not in use.
    """
    files = [file for file in project.deployment_files if not is_development_file(file.path)]
    texts = [file.text() for file in files if COMPOSE_FILE.search(file.path)]
    lines = [line for text in texts for line in text.splitlines()]
    used = [each for each in files if not _is_commented_out(each.path, lines)]
    by_path: dict[str, list[Directive]] = {}
    for each in read_nginx(used):
        by_path.setdefault(each.location.path, []).append(each)
    return [found for tree in by_path.values() for found in _locations(tree, _around(tree))]


def _is_commented_out(path: str, lines: list[str]) -> bool:
    """Return whether the lines that end with a path, or name it as a volume, are comments."""
    name = "/".join(path.split("/")[-2:])
    found = [each.lstrip() for each in lines if f"/{name}:" in each]
    return bool(found) and all(each.startswith("#") for each in found)


def _around(tree: list[Directive]) -> list[list[Directive]]:
    """Return the level around a file's `server` blocks: its top, which nginx puts into `http`."""
    return [] if any(each.name == "http" for each in tree) else [tree]


def _locations(tree: list[Directive], levels: list[list[Directive]]) -> Iterator[ProxyLocation]:
    for each in tree:
        passes = any(inner.name == "proxy_pass" and len(inner.words) > 1 for inner in each.block)
        if each.name == "location" and len(each.words) > 1 and passes:
            yield ProxyLocation(each, [each.block, *levels])
        yield from _locations(each.block, [each.block, *levels])
