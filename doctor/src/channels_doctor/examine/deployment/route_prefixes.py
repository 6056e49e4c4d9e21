"""The constant beginnings of the paths of WebSocket routes, which a proxy must pass on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import names_in

if TYPE_CHECKING:
    from ..project import Project


def websocket_paths(project: Project) -> Iterator[str]:
    """Yield the constant prefixes of the WebSocket routes.

    In the sources, the prefix of a nested router is unknown. Only routes with `ws` first count.
    """
    loaded = project.facts.get("routes") or []
    for route in loaded:
        yield "/" + _constant_prefix(str(route.get("pattern", "")))
    for each in project.routes if not loaded else []:
        prefix = _constant_prefix(each.pattern or "")
        if prefix.startswith("ws"):
            yield "/" + prefix


def route_prefixes(project: Project) -> Iterator[str]:
    """Yield the constant prefixes of the routes that Django loaded, else of those in the sources.

    A route for every path is left out when its consumer accepts no socket. In the sources, the
    prefix of a nested router is unknown, so that they count only when each begins with `ws`.
    """
    loaded = project.facts.get("routes") or []
    refusing = {each.name for each in project.consumers if not each.uses_name("accept")}
    for route in loaded:
        prefix = _constant_prefix(str(route.get("pattern", "")))
        if prefix or str(route.get("callback")).rpartition(".")[2] not in refusing:
            yield "/" + prefix
    routes = [] if loaded else project.routes
    written = [
        _constant_prefix(each.pattern or "")
        for each in routes
        if each.pattern or not refusing & (names_in(each.callback) if each.callback else set())
    ]
    if all(each.startswith("ws") for each in written):
        yield from ("/" + each for each in written)


def _constant_prefix(pattern: str) -> str:
    return re.split(r"[<(\[\\.*+?$|]", pattern.lstrip("^/"), maxsplit=1)[0]
