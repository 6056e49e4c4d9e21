"""The layer's Redis has another address in its container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator
from urllib.parse import urlsplit

from ..deployment.compose import COMPOSE, compose_services
from ..deployment.compose_sources import has_host
from ..deployment.redis_passwords import required_password
from ..deployment.served_addresses import served_services
from ..diffs import file_line, is_diff, line_diff
from ..finding import Finding
from ..settings.layer_addresses import layer_addresses
from ..settings.layer_config import mask_credentials
from ..settings.redis_servers import REDIS_PORT, REFUSED, connection_error

if TYPE_CHECKING:
    from ..deployment.compose import Service
    from ..project import Project
    from ..settings.layer_addresses import Address

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = REFUSED

UNAUTHENTICATED = "redis.exceptions.AuthenticationError: Authentication required."
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
REDIS = {"redis", "valkey", "keydb", "dragonfly", "redis-stack", "redis-stack-server"}
OTHER_IMAGES = {"postgres", "postgis", "mysql", "mariadb", "mongo", "nginx", "rabbitmq"}
OTHER_NAMES = {"links", "external_links", "extra_hosts", "network_mode"}


def check(project: Project) -> Iterator[Finding]:
    """Find addresses at which no Redis of the compose file answers."""
    services = compose_services(project)
    redis = next((each for each in services if each.image in REDIS), None)
    for service in served_services(project):
        if not OTHER_NAMES & set(service.values):
            for address in layer_addresses(project, service):
                yield from _fault(project, address, services, redis)


def _fault(
    project: Project, address: Address, services: list[Service], redis: Service | None
) -> Iterator[Finding]:
    try:
        url = urlsplit(address.url)
        host, port = url.hostname or "", url.port or REDIS_PORT
    except ValueError:  # no URL
        return
    if not host or "$" in address.url or not url.scheme.startswith(("redis", "valkey")):
        return
    if redis is None:
        yield from _without_redis(project, address, host, port)
    else:
        yield from _with_redis(project, address, (host, port), services, redis)


def _with_redis(
    project: Project,
    address: Address,
    server: tuple[str, int],
    services: list[Service],
    redis: Service,
) -> Iterator[Finding]:
    url, (host, port) = urlsplit(address.url), server
    problem, has_name = _problem(project, host, port, services)
    if not problem and not url.password:
        yield from _without_password(project, address, host, services)
    if problem:
        right = f"{url.scheme}://{redis.name}:{REDIS_PORT}{url.path}"
        shown = mask_credentials(address.url)
        advice, fix = f"Write `{right}`", _fix(project, address, right, (host, redis.name))
        if host == redis.name and not is_diff(fix):  # the port, in a line of its own
            fix = f"Write the port {REDIS_PORT}."
        if "requirepass" in redis.values.get("command", "") and not url.password:
            advice = f"Name the service `{redis.name}`, and give its password"
            fix = "Read the address from the environment, as redis://:PASSWORD@HOST:PORT."
        message = f"In its container the layer uses `{shown}`: {problem}. {advice}."
        symptom = connection_error(f"{host}:{port}", has_name)
        yield Finding(message, address.location, fix, symptom=symptom)


def _without_redis(project: Project, address: Address, host: str, port: int) -> Iterator[Finding]:
    """Find the name of a service that no compose file has."""
    if "." not in host and host not in LOOPBACK and not has_host(project, host):
        shown = mask_credentials(address.url)
        message = (
            f"In its container the layer uses `{shown}`: there is no service `{host}`. Add a Redis"
            " of that name."
        )
        fix = f"services:\n  {host}:\n    image: redis:8"
        symptom = connection_error(f"{host}:{port}", has_name=False)
        yield Finding(message, address.location, fix, symptom=symptom)


def _without_password(
    project: Project, address: Address, host: str, services: list[Service]
) -> Iterator[Finding]:
    """Find an address that does not have the password that its Redis requires."""
    passwords = {required_password(each) for each in services if host in each.names}
    if len(passwords) != 1 or address.has_password or passwords == {""}:
        return
    given = passwords.pop()
    message = f"The Redis `{host}` requires a password, and the layer's address has none. Add it."
    right = address.url.replace("://", f"://:{given}@", 1)
    is_composed = COMPOSE.search(address.location.path if address.location else "")
    diff = line_diff(project, address.location, address.url, right) if is_composed else ""
    in_words = f"Give the password in the address: `redis://:PASSWORD@{host}:{REDIS_PORT}`."
    fix = diff if is_diff(diff) and given != "…" else in_words
    yield Finding(message, address.location, fix, symptom=UNAUTHENTICATED)


def _fix(project: Project, address: Address, right: str, hosts: tuple[str, str]) -> str:
    """Return the change of the variable's name, of the address, or of the host in a pair."""
    line = file_line(project, address.location)
    old, new = address.misspelt or ((address.url, right) if address.url in line else hosts)
    return mask_credentials(line_diff(project, address.location, old, new))


def _problem(project: Project, host: str, port: int, services: list[Service]) -> tuple[str, bool]:
    """Return what is wrong with a server, "" for nothing, and whether it has a name there."""
    named = [each for each in services if host in each.names]
    if host in LOOPBACK:
        return "that is the container itself", True
    if not named:
        is_outside = "." in host or has_host(project, host)
        return ("" if is_outside else f"there is no service `{host}`"), False
    if named[0].image in OTHER_IMAGES:
        return f"`{host}` is {named[0].image}", True
    moved = "port" in named[0].values.get("command", "")
    if named[0].image in REDIS and port != REDIS_PORT and not moved:
        return f"inside of the network Redis listens on port {REDIS_PORT}", True
    return "", True
