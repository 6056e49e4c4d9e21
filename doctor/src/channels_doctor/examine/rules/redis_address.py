"""The layer's Redis has another address in its container."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator, NamedTuple
from urllib.parse import urlsplit

from ..deployment.compose import COMPOSE, Service, compose_services
from ..deployment.matching_files import matching_files
from ..deployment.served_addresses import served_addresses
from ..diffs import file_line, line_diff
from ..finding import Finding
from ..python.expressions import constant_value
from ..settings.deployed_settings import all_settings
from ..settings.environment_reads import environment_read
from ..settings.item_location import item_value
from ..settings.layer_config import mask_credentials

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Settings

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379."

NO_NAME = (
    "redis.exceptions.ConnectionError: Error -2 connecting to reddis:6379. Name or service not"
)
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
REDIS = {"redis", "valkey", "keydb", "dragonfly", "redis-stack", "redis-stack-server"}
OTHER_IMAGES = {"postgres", "postgis", "mysql", "mariadb", "mongo", "nginx", "rabbitmq"}
REDIS_PORT = 6379
PAIR = 2  # the host and the port of a tuple
OTHER_NAMES = {"links", "external_links", "extra_hosts", "network_mode"}


class Address(NamedTuple):
    """The address that a service uses, and the line that gives it.

    `misspelt` are the name of the variable that the line sets, and that which the settings read.
    """

    url: str
    location: Location | None
    misspelt: tuple[str, str] | None = None


def check(project: Project) -> Iterator[Finding]:
    """Find addresses at which no Redis of the compose file answers."""
    services = compose_services(project)
    redis = [each for each in services if each.image in REDIS]
    names = {each.service for each in served_addresses(project)}
    for service in [each for each in services if each.name in names] if redis else []:
        if not OTHER_NAMES & set(service.values):
            for address in _addresses(project, service):
                yield from _fault(project, address, services, redis[0])


def _addresses(project: Project, service: Service) -> Iterator[Address]:
    """Yield the addresses of the default layer in the container of a service."""
    for settings in all_settings(project):
        if _is_used(settings, service):
            address = _address(project, settings, service)
            if address:
                yield address


def _is_used(settings: Settings, service: Service) -> bool:
    """Return whether a service has these settings, as far as its environment tells."""
    given, _ = service.environment.get("DJANGO_SETTINGS_MODULE", ("", None))
    return given in {"", settings.name}


def _address(project: Project, settings: Settings, service: Service) -> Address | None:
    item = _host(project, settings)
    if item and isinstance(item[1], ast.Tuple) and len(item[1].elts) == PAIR:
        host, port = map(constant_value, item[1].elts)
        return Address(f"redis://{host}:{port}", item[0].location(item[1])) if host else None
    read = environment_read(item[1]) if item else None
    if not item or not read:
        return None
    if read.name in service.environment:
        return Address(*service.environment[read.name])
    is_open = service.has_other_environment or _is_given_elsewhere(project, read.name)
    if read.default is None or (read.name and is_open):
        return None
    similar = get_close_matches(read.name, [*service.environment], 1, 0.85)
    if similar:
        return Address(read.default, service.environment[similar[0]][1], (similar[0], read.name))
    return Address(read.default, item[0].location(item[1]))


def _host(project: Project, settings: Settings) -> tuple[Module, ast.AST] | None:
    """Return the first host; none where it is for usual settings that failed."""
    path, setting = ("default", "CONFIG", "hosts", 0), settings["CHANNEL_LAYERS"]
    item = item_value(project, setting, *path, "address") or item_value(project, setting, *path)
    return None if item and item[0].is_inside(item[1], ast.ExceptHandler) else item


def _is_given_elsewhere(project: Project, name: str) -> bool:
    """Return whether a file besides those of compose, such as a Dockerfile, gives a variable."""
    given = re.compile(rf"\b{re.escape(name)}\b\"?\s*[=: ]".encode())
    return any(not COMPOSE.search(each.path) for each in matching_files(project, given))


def _fault(
    project: Project, address: Address, services: list[Service], redis: Service
) -> Iterator[Finding]:
    try:
        url = urlsplit(address.url)
        host, port = url.hostname or "", url.port or REDIS_PORT
    except ValueError:  # no URL
        return
    if not host or "$" in address.url or not url.scheme.startswith(("redis", "valkey")):
        return
    problem, symptom = _problem(host, port, services)
    if problem:
        right = f"{url.scheme}://{redis.name}:{REDIS_PORT}{url.path}"
        shown = mask_credentials(address.url)
        advice, fix = f"Write `{right}`", _fix(project, address, right, (host, redis.name))
        if "requirepass" in redis.values.get("command", "") and not url.password:
            advice = f"Name the service `{redis.name}`, and give its password"
            fix = "Read the address from the environment, as redis://:PASSWORD@HOST:PORT."
        message = f"In its container the layer uses `{shown}`: {problem}. {advice}."
        yield Finding(message, address.location, fix, symptom=symptom)


def _fix(project: Project, address: Address, right: str, hosts: tuple[str, str]) -> str:
    """Return the change of the variable's name, of the address, or of the host in a pair."""
    line = file_line(project, address.location)
    old, new = address.misspelt or ((address.url, right) if address.url in line else hosts)
    return mask_credentials(line_diff(project, address.location, old, new))


def _problem(host: str, port: int, services: list[Service]) -> tuple[str, str | None]:
    named = [each for each in services if host in each.names]
    if host in LOOPBACK:
        return "that is the container itself", None
    if not named:
        is_outside = "." in host or any("networks" in each.values for each in services)
        return ("" if is_outside else f"there is no service `{host}`"), NO_NAME
    if named[0].image in OTHER_IMAGES:
        return f"`{host}` is {named[0].image}", None
    moved = "port" in named[0].values.get("command", "")
    if named[0].image in REDIS and port != REDIS_PORT and not moved:
        return f"inside of the network Redis listens on port {REDIS_PORT}", None
    return "", None
