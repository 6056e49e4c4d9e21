"""The addresses of Redis that the default layer has in a container."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import dict_items
from .container_text import container_text, is_used
from .deployed_settings import all_settings
from .item_location import item_value
from .redis_servers import REDIS_PORT

if TYPE_CHECKING:
    from ..deployment.compose import Service
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from .project_settings import Settings


class Address(NamedTuple):
    """The address that a service uses, and the line that gives it.

    `misspelt` are the name of the variable that the line sets, and that which the settings read.
    `has_password` says that the settings give a password beside the address.
    """

    url: str
    location: Location | None
    misspelt: tuple[str, str] | None = None
    has_password: bool = False


def layer_addresses(project: Project, service: Service) -> Iterator[Address]:
    """Yield the addresses of the default layer in the container of a service."""
    for settings in all_settings(project):
        if is_used(settings, service):
            address = _address(project, settings, service)
            if address:
                path = ("default", "CONFIG", "hosts", 0, "password")
                given = item_value(project, settings["CHANNEL_LAYERS"], *path)
                yield address._replace(has_password=given is not None)


def _address(project: Project, settings: Settings, service: Service) -> Address | None:
    item = _host(project, settings)
    if item is None:
        return None
    module, node = item
    keys = ("host", "port")
    values = dict(dict_items(node)) if isinstance(node, ast.Dict) else {}
    nodes = [values[each] for each in keys if each in values]
    if isinstance(node, ast.Tuple) and len(node.elts) == len(keys):
        nodes = node.elts
    if not nodes:
        text = container_text(project, service, module, node)
        return Address(*text) if text else None
    texts = [container_text(project, service, module, each) for each in nodes]
    host, port = texts if len(texts) == len(keys) else (texts[0], None)
    url = f"redis://{host.value}:{port.value if port else REDIS_PORT}" if host else ""
    return Address(url, host.location, host.misspelt) if host else None


def _host(project: Project, settings: Settings) -> tuple[Module, ast.AST] | None:
    """Return the first host; none where it is for usual settings that failed."""
    path, setting = ("default", "CONFIG", "hosts", 0), settings["CHANNEL_LAYERS"]
    item = item_value(project, setting, *path, "address") or item_value(project, setting, *path)
    return None if item and item[0].is_inside(item[1], ast.ExceptHandler) else item
