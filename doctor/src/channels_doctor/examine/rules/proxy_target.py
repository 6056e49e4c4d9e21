"""nginx passes sockets to an address at which the server does not listen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.compose import COMPOSE, Service, compose_services
from ..deployment.proxy_targets import Address, Target, target_of
from ..deployment.served_addresses import Served, served_addresses
from ..deployment.socket_locations import websocket_locations
from ..diffs import file_line, line_diff
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.proxy_locations import ProxyLocation
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "connect() failed (111: Connection refused) while connecting to upstream"

SOCKET_SCHEMES = {"ws": "http", "wss": "https"}
LOOPBACK = {"localhost", "127.0.0.1"}
CONTAINER_FILES = re.compile(rf"{COMPOSE.pattern}|dockerfile[^/]*$", re.IGNORECASE)
IN_CONTAINER = re.compile(r"/etc/nginx[\w./-]*")  # a path there, not of the repository
NGINX = ("nginx", "openresty")
TEMPLATE = re.compile(r"\.(template|tmpl|tpl|j2)$")
# The folder of templates that the image of nginx renders, and the program that renders others.
RENDERS = re.compile(r"/etc/nginx/templates|\benvsubst\b")
NO_SCHEME = "nginx: [emerg] invalid URL prefix in"
NO_HOST = "nginx: [emerg] host not found in upstream"
NO_TLS = "SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)"


def check(project: Project) -> Iterator[Finding]:
    """Find wrong schemes, and names and ports that the compose files do not have."""
    for location in websocket_locations(project) if project.uses_websockets else []:
        scheme, _, rest = " ".join(location.values("proxy_pass")[0]).partition("://")
        if rest and scheme in SOCKET_SCHEMES:
            place = _line_of_target(location)
            right = SOCKET_SCHEMES[scheme]
            message = f"nginx has no scheme `{scheme}`, and does not start. Write `{right}://`."
            fix = line_diff(project, place, f"{scheme}://", f"{right}://")
            yield Finding(message, place, fix, symptom=NO_SCHEME)
        target = target_of(project, location)
        if target and scheme in {"http", "https"}:
            yield from _in_compose(project, target)


def _line_of_target(location: ProxyLocation) -> Location:
    return next(each for each in location.directive.block if each.name == "proxy_pass").location


def _in_compose(project: Project, target: Target) -> Iterator[Finding]:
    """Compare the addresses with the services, when nginx is one of them."""
    services = compose_services(project)
    proxy = [each for each in services if any(name in each.image for name in NGINX)]
    served = list(served_addresses(project))
    if not proxy or not served or any(each.is_on_host_network for each in [*proxy, *services]):
        return
    for address in target.addresses:
        own = [each for each in served if _is_named(each, address, services)]
        if own:
            yield from _wrong_port(project, target, address, own)
        else:
            yield from _unknown_name(project, address, served, services, proxy)


def _is_named(served: Served, address: Address, services: list[Service]) -> bool:
    names = {name for each in services if each.name == served.service for name in each.names}
    return address.host in {served.service, *names}


def _wrong_port(
    project: Project, target: Target, address: Address, own: list[Served]
) -> Iterator[Finding]:
    ports = {each.port for each in own}
    if target.scheme == "https" and all(each.is_plain for each in own):
        message = f"nginx uses TLS for `{address.host}`, which serves plain HTTP. Write `http://`."
        fix = line_diff(project, target.location, "https://", "http://")
        yield Finding(message, target.location, fix, symptom=NO_TLS)
    elif None not in ports and address.port not in ports:
        right = min(each for each in ports if each is not None)
        message = (
            f"nginx connects to port {address.port} of `{address.host}`, which listens on port"
            f" {right}. Correct the port."
        )
        fix = _other_address(project, address, f"{address.host}:{right}")
        yield Finding(message, address.location, fix)


def _unknown_name(
    project: Project,
    address: Address,
    served: list[Served],
    services: list[Service],
    proxy: list[Service],
) -> Iterator[Finding]:
    right = f"{served[0].service}:{served[0].port or address.port}"
    fix = _other_address(project, address, right)
    known = {name for each in services for name in each.names}
    if address.host in LOOPBACK:
        message = f"In its container, `{address.host}` is nginx itself. Write `{right}`."
        if _is_in_container(project, proxy, address.location.path):
            yield Finding(message, address.location, fix)
    elif "." not in address.host and address.host not in known and not _has_links(proxy):
        message = f"The compose files have no service `{address.host}`. Write `{right}`."
        yield Finding(message, address.location, fix, symptom=NO_HOST)


def _is_in_container(project: Project, proxy: list[Service], path: str) -> bool:
    """Return whether nginx may have a file: a compose file or a Dockerfile names it, or none."""
    files = project.deployment_files
    if not any({"volumes", "build", "configs"} & set(each.values) for each in proxy):
        return True
    texts = [file.text() for file in files if CONTAINER_FILES.search(file.path)]
    return any(_has_file(text, path) for text in texts)


def _has_file(text: str, path: str) -> bool:
    """Return whether a text names a file, or mounts or builds its folder.

    A template in a folder counts where it is rendered: nginx loads only `*.conf`.
    """
    folder, _, name = path.rpartition("/")
    last = re.escape(folder.rpartition("/")[2])
    is_folder = rf"/{last}/?:/|(build|context):\s*[\"']?[\w./-]*\b{last}/?[\"']?\s*$"
    is_named = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", IN_CONTAINER.sub("", text))
    is_loaded = not TEMPLATE.search(name) or bool(RENDERS.search(text))
    return bool(is_named or (last and is_loaded and re.search(is_folder, text, re.MULTILINE)))


def _other_address(project: Project, address: Address, right: str) -> str:
    """Return the change of a host, with its port when the line has one."""
    line = file_line(project, address.location)
    with_port = f"{address.host}:{address.port}"
    return line_diff(
        project, address.location, with_port if with_port in line else address.host, right
    )


def _has_links(proxy: list[Service]) -> bool:
    """Return whether nginx may know other names: of links, of hosts, of other networks."""
    return any({"links", "external_links", "extra_hosts"} & set(each.values) for each in proxy)
