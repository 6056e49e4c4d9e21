"""nginx sends a `Host` header that is not in `ALLOWED_HOSTS`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.proxy_locations import proxy_locations
from ..deployment.proxy_targets import (
    PORTS,
    nginx_directives,
    passes_to_nothing,
    target_of,
    walk,
)
from ..deployment.served_addresses import served_addresses
from ..finding import Finding
from ..settings.deployed_settings import deployed_settings

if TYPE_CHECKING:
    from ..deployment.proxy_locations import ProxyLocation
    from ..deployment.proxy_targets import Target
    from ..project import Project
    from ..settings.project_settings import Settings

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Invalid HTTP_HOST header: 'django'. You may need to add 'django' to ALLOWED_HOSTS."

INVALID = "The domain name provided is not valid according to RFC 1034/1035."
SETS_HOST = ["proxy_set_header", "Host"]


def check(project: Project) -> Iterator[Finding]:
    """Find the first `location /` that sends nginx's default `Host` header to Django."""
    settings = deployed_settings(project) if project.uses_websockets else []
    for location in proxy_locations(project) if settings and not _has_host(project) else []:
        target = target_of(project, location)
        if target and _is_of_django(project, location, target) and _sets_no_host(location):
            header = _host(location)
            if all(_refuses(each, header.partition(":")[0]) for each in settings):
                yield _finding(location, header)
                return


def _finding(location: ProxyLocation, header: str) -> Finding:
    name = header.partition(":")[0]
    is_valid = "_" not in name
    reason = "in `ALLOWED_HOSTS`" if is_valid else "a valid domain name"
    message = (
        f"nginx sends `Host: {header}` for `{' '.join(location.directive.words)}`. This host is"
        f" not {reason}, so Django answers 400. Set the header."
    )
    advised = f"You may need to add '{name}' to ALLOWED_HOSTS." if is_valid else INVALID
    symptom = f"Invalid HTTP_HOST header: '{header}'. {advised}"
    fix = "+proxy_set_header Host $http_host;"
    return Finding(message, location.directive.location, fix, symptom=symptom)


def _is_of_django(project: Project, location: ProxyLocation, target: Target) -> bool:
    """Return whether a location for all pages leads to a service that starts the project."""
    services = {each.service for each in served_addresses(project)}
    is_served = all(each.host in services for each in target.addresses)
    is_whole = location.is_for_every_path and not passes_to_nothing(project, location)
    return is_whole and is_served


def _has_host(project: Project) -> bool:
    """Return whether an `http` block, which may include the other files, sets the header."""
    return any(
        each.name == "http" and any(inner.words[:2] == SETS_HOST for inner in each.block)
        for each in walk(nginx_directives(project))
    )


def _sets_no_host(location: ProxyLocation) -> bool:
    has_includes = any(each.included for level in location.levels for each in level)
    return location.header("host") is None and not has_includes


def _host(location: ProxyLocation) -> str:
    """Return `$proxy_host`: the host in `proxy_pass`, with a port that is not the scheme's own."""
    scheme, _, rest = location.values("proxy_pass")[0][0].partition("://")
    host, _, port = rest.partition("/")[0].partition(":")
    return host if port in ("", str(PORTS.get(scheme))) else f"{host}:{port}"


def _refuses(settings: Settings, name: str) -> bool:
    """Return whether Django uses the header, and this host is invalid or in no known list."""
    if settings["USE_X_FORWARDED_HOST"].is_set:
        return False
    if "_" in name:
        return True
    hosts = settings["ALLOWED_HOSTS"]
    is_known = hosts.is_complete and all(isinstance(each, str) for each in hosts.items)
    if not is_known or not hosts.items:
        return False
    return not any(
        each in ("*", name) or (each.startswith(".") and f".{name}".endswith(each))
        for each in hosts.items
    )
