"""Where a location of nginx passes its requests on to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from .commands import is_development_file
from .compose import compose_services
from .matching_files import matching_files
from .nginx import FILES, Directive, read_nginx

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from .proxy_locations import ProxyLocation

URL = re.compile(r"(?P<scheme>\w+)://(?P<host>[\w.-]+)(?::(?P<port>\d+))?(?P<uri>/.*)?$")
# The slash behind the prefix may be in the group: `^/desk/(.*)$`, `^/desk(/.*)$`, `^/desk/?(.*)$`.
REWRITE = re.compile(r"\^?(?P<prefix>/[\w/.-]*)(?P<drops>/\?)?\((?P<keeps>/)?\.[*+]\)\$?$")
REWRITE_WORDS = 4  # rewrite FROM TO FLAG
PORTS = {"http": 80, "https": 443}
NGINX = re.compile(rb"nginx|openresty", re.IGNORECASE)
SERVER = re.compile(r"(?P<host>[\w.-]+)(?::(?P<port>\d+))?$")


class Address(NamedTuple):
    """A server behind nginx: its name, its port, and the line that names it."""

    host: str
    port: int
    location: Location


class Target(NamedTuple):
    """A `proxy_pass`: its scheme, the servers, the path that it puts first, and its line."""

    scheme: str
    addresses: tuple[Address, ...]
    uri: str
    location: Location

    @property
    def hosts(self) -> frozenset[tuple[str, int]]:
        """Return the names and ports of the servers."""
        return frozenset((each.host, each.port) for each in self.addresses)


def target_of(project: Project, location: ProxyLocation) -> Target | None:
    """Return the target of a location, None when a variable or a socket is in it."""
    directive = next((each for each in location.directive.block if each.name == "proxy_pass"), None)
    found = URL.match(directive.words[1]) if directive and len(directive.words) > 1 else None
    if not directive or not found:
        return None
    place = directive.location
    port = int(found["port"] or PORTS.get(found["scheme"], 0))
    upstream = _upstreams(project).get(found["host"]) if not found["port"] else None
    addresses = upstream or (Address(found["host"], port, place),)
    return Target(found["scheme"], tuple(addresses), found["uri"] or "", place)


def passed_path(location: ProxyLocation, target: Target, path: str) -> tuple[str, Location] | None:
    """Return the path that a server gets for a request's path, and the line that changes it.

    None for a location with a regex, and for a rewrite that is not simple.
    """
    modifier, *rest = location.directive.words[1:]
    prefix = rest[0] if rest else modifier
    rewrites = [each for each in location.directive.block if each.name == "rewrite"]
    if modifier.startswith(("~", "@")) or len(rewrites) > 1:
        return None
    if rewrites:
        passed = _rewritten(rewrites[0].words, path)
        return (passed, rewrites[0].location) if passed else None
    if target.uri:
        return target.uri + path[len(prefix) :], target.location
    return path, location.directive.location


def _rewritten(words: list[str], path: str) -> str:
    """Return the path that `rewrite … break` makes, "" for a rewrite that is not simple."""
    if len(words) != REWRITE_WORDS or words[-1] != "break" or not words[2].endswith("$1"):
        return ""
    found = REWRITE.match(words[1])
    rest = path[len(found["prefix"]) :] if found and path.startswith(found["prefix"]) else ""
    if not found or (found["keeps"] and not rest.startswith("/")):
        return ""
    rest = rest.lstrip("/") if found["drops"] else rest
    return words[2][: -len("$1")] + rest


def passes_to_nothing(project: Project, location: ProxyLocation) -> bool:
    """Return whether a target has the name of a container that no nginx is beside.

    No compose file has it, or that publishes its port and no file starts nginx. Such a file of
    nginx is for another deployment, or for none.
    """
    services = compose_services(project)
    starts_nginx = any(not FILES.search(file.path) for file in matching_files(project, NGINX))
    behind = [each for each in services if starts_nginx or "ports" not in each.values]
    names = {name for each in behind for name in each.names}
    target = target_of(project, location) if services else None
    hosts = [each.host for each in target.addresses] if target else []
    return bool(hosts) and not any(
        "." in each or each == "localhost" or each in names for each in hosts
    )


@lru_cache(maxsize=1)
def nginx_directives(project: Project) -> list[Directive]:
    """Return the directives of the nginx files, without those for development."""
    files = [file for file in project.deployment_files if not is_development_file(file.path)]
    return read_nginx(files)


@lru_cache(maxsize=1)
def _upstreams(project: Project) -> dict[str, list[Address]]:
    """Return the servers of each `upstream`; those on a socket are left out."""
    return {
        each.words[1]: list(_servers(each))
        for each in walk(nginx_directives(project))
        if each.name == "upstream" and len(each.words) > 1
    }


def walk(tree: list[Directive]) -> Iterator[Directive]:
    """Yield directives and those inside of them."""
    for each in tree:
        yield each
        yield from walk(each.block)


def _servers(upstream: Directive) -> Iterator[Address]:
    for each in upstream.block:
        found = SERVER.match(each.words[1]) if each.name == "server" and each.words[1:] else None
        if found:
            yield Address(found["host"], int(found["port"] or 80), each.location)
