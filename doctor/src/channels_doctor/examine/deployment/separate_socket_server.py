"""Whether another server than those of the deployment files answers the project's sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.sockets import opened_sockets
from ..browser.template_text import ANY
from .documented_servers import documents_server
from .proxy_locations import proxy_locations

if TYPE_CHECKING:
    from ..browser.sockets import Address
    from ..project import Project


def is_served_elsewhere(project: Project) -> bool:
    """Return whether nginx, the pages or a document name a server of the sockets alone."""
    return _is_split(project) or _opens_elsewhere(project) or documents_server(project)


def _is_split(project: Project) -> bool:
    """Return whether nginx passes sockets to another server than all other requests."""
    targets: dict[bool, set[str]] = {True: set(), False: set()}
    for each in proxy_locations(project):
        targets[each.upgrades].add(" ".join(each.values("proxy_pass")[0]))
    return bool(targets[True] and targets[False]) and targets[True].isdisjoint(targets[False])


def _opens_elsewhere(project: Project) -> bool:
    """Return whether each page opens its sockets at the host of another site."""
    found = [each for socket in opened_sockets(project) for each in socket.addresses]
    return bool(found) and all(map(_is_foreign, found))


def _is_foreign(address: Address) -> bool:
    is_known = bool(address.host) and ANY not in address.host
    return is_known and not address.is_own_host and not address.is_local
