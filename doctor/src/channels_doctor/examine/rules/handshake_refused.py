"""The project's own pages cannot open sockets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Iterator

from ..asgi.middleware import websocket_stack
from ..browser.sockets import opened_sockets
from ..finding import Finding
from ..observed import Check
from ..python.expressions import argument, string_value
from ..python.source_text import replacement_diff, source_text
from ..settings.deployed_settings import deployed_settings
from ..settings.unseen_settings import deploys_unseen_settings, may_be_replaced

if TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Settings

SEVERITY = "error"
DEPTH = "live"
SYMPTOM = "server rejected WebSocket connection: HTTP 403"

REFUSED = {401, 403}
VALIDATOR = "channels.security.websocket.OriginValidator"
HOST = re.compile(r"(?:[\w+.-]+://)?([\w.-]*)")  # of an origin, or alone
PUBLIC = re.compile(r"\.?(?:[\w-]+\.)+[A-Za-z]{2,}")  # a name with a domain, and no address
PAGES = re.compile(r"(^|/)(templates|static)/")


def check(project: Project) -> Iterator[Finding]:
    """Find 403 for the project's own Origin, and a validator that lacks the hosts of the pages."""
    yield from _in_sources(project)
    yield from _observed(project)


def _in_sources(project: Project) -> Iterator[Finding]:
    calls = [each for each in project.calls(VALIDATOR) if not each[0].is_test]
    if len(calls) != 1 or not websocket_stack(project).is_complete or not _has_own_pages(project):
        return
    module, call = calls[0]
    owner, allowed = project.resolver.value(module, argument(call, 1, "allowed_origins") or call)
    origins = [string_value(each) or "*" for each in getattr(allowed, "elts", [])]
    settings = deployed_settings(project)
    if "*" in origins or not origins or not settings:
        return
    if all(_lacks_hosts(project, each, origins) for each in settings):
        yield _of_other_hosts(owner, allowed, settings[0]["ALLOWED_HOSTS"].items)


def _has_own_pages(project: Project) -> bool:
    """Return whether a page or a static file of Django opens a socket at its own host."""
    return any(
        PAGES.search(each.location.path) and all(address.is_own_host for address in each.addresses)
        for each in opened_sockets(project)
    )


def _lacks_hosts(project: Project, settings: Settings, origins: list[str]) -> bool:
    """Return whether the hosts are known, one of them is a site's, and no origin has any."""
    hosts = settings["ALLOWED_HOSTS"]
    is_open = may_be_replaced(project, settings.modules, hosts.location)
    texts = [each for each in hosts.items if isinstance(each, str)]
    is_known = hosts.is_complete and texts == hosts.items and "*" not in texts
    if is_open or not is_known or deploys_unseen_settings(project):
        return False
    names = [HOST.match(each.lower())[1] for each in origins]  # type: ignore[index]
    is_same = any(_may_be_same(one, other.lower()) for one in names for other in texts)
    return not is_same and any(map(PUBLIC.fullmatch, texts))


def _may_be_same(one: str, other: str) -> bool:
    """Return whether two entries may accept the same host; one with a dot accepts subdomains."""
    pairs = ((one, other), (other, one))
    return one == other or any(b[:1] == "." and f".{a}".endswith(b) for a, b in pairs)


def _of_other_hosts(module: Module, allowed: ast.AST, hosts: list[Any]) -> Finding:
    names = [each for each in hosts if PUBLIC.fullmatch(each)]
    message = (
        "None of the origins that the validator allows has a host of `ALLOWED_HOSTS`, such as"
        f" {names[0]}, so it refuses the project's own pages. Add the host."
    )
    text, added = source_text(module, allowed), ", ".join(f'"{each}"' for each in names)
    fix = replacement_diff(module, allowed, f"{text[:-1].rstrip(', ')}, {added}{text[-1]}")
    return Finding(message, module.location(allowed), fix, depth="source")


def _observed(project: Project) -> Iterator[Finding]:
    """Find 403 for the project's own Origin; only Channels' validator proves the reason."""
    own = Check(project, "own-origin")
    if own.status not in REFUSED:
        return
    origin = own.data.get("origin")
    if own.data.get("origin_allowed") is False:
        message = (
            f"The server refuses a page of {origin} with {own.status}, because the validator does"
            " not allow its Origin. Add the Origin."
        )
        yield Finding(
            message, fix="AllowedHostsOriginValidator(…), with the site's name in ALLOWED_HOSTS"
        )
    else:
        who = "an anonymous user" if own.is_url else "anonymous and signed-in users"
        message = (
            f"{own.route} refuses {who} with {own.status}, so no further check ran. If this is not"
            " intended, check the Origin and `connect()`."
        )
        yield Finding(message, severity="info")
