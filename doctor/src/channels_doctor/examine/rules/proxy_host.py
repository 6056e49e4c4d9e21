"""nginx sends a Host header that `ALLOWED_HOSTS` does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.proxy_locations import proxy_locations
from ..deployment.proxy_targets import passes_to_nothing, target_of
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


def check(project: Project) -> Iterator[Finding]:
    """Find the first location for pages that leaves nginx's own Host, the name of the server."""
    settings = deployed_settings(project) if project.uses_websockets else []
    for location in proxy_locations(project) if settings else []:
        target = target_of(project, location)
        if target and _is_of_django(project, location, target) and _sets_no_host(location):
            name = _host(location)
            if all(_refuses(each, name) for each in settings):
                message = (
                    f"nginx sends `Host: {name}` with the requests of"
                    f" `{' '.join(location.directive.words)}`, which `ALLOWED_HOSTS` does not have,"
                    " so Django answers 400. Set the header."
                )
                symptom = SYMPTOM.replace("django", name)
                fix = "+proxy_set_header Host $http_host;"
                yield Finding(message, location.directive.location, fix, symptom=symptom)
                return


def _is_of_django(project: Project, location: ProxyLocation, target: Target) -> bool:
    """Return whether a location for all pages leads to a service that starts the project."""
    services = {each.service for each in served_addresses(project)}
    is_served = all(each.host in services for each in target.addresses)
    is_whole = location.is_for_every_path and not passes_to_nothing(project, location)
    return is_whole and is_served


def _sets_no_host(location: ProxyLocation) -> bool:
    has_includes = any(each.included for level in location.levels for each in level)
    return location.header("host") is None and not has_includes


def _host(location: ProxyLocation) -> str:
    """Return `$proxy_host`, the name in `proxy_pass` without the port."""
    _, _, rest = location.values("proxy_pass")[0][0].partition("://")
    return rest.partition("/")[0].partition(":")[0]


def _refuses(settings: Settings, name: str) -> bool:
    """Return whether settings have a known list of hosts without this one, and use the header."""
    hosts = settings["ALLOWED_HOSTS"]
    is_known = hosts.is_complete and all(isinstance(each, str) for each in hosts.items)
    if not is_known or not hosts.items or settings["USE_X_FORWARDED_HOST"].is_set:
        return False
    return not any(
        each in ("*", name) or (each.startswith(".") and f".{name}".endswith(each))
        for each in hosts.items
    )
