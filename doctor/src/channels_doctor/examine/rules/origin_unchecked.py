"""Nothing checks the Origin of a WebSocket handshake."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..asgi.source_stack import CHECKS_ORIGIN
from ..deployment.matching_files import matching_files
from ..deployment.unused_sockets import has_only_pages_without_sockets, has_unused_sockets
from ..diffs import wrapped_diff
from ..finding import Finding
from ..packages.installs import builds_package
from ..python.expressions import called_name, dict_items, string_value
from ..readme_status import is_demo_or_deprecated
from ..settings.listed_origins import ORIGINS, has_other_pages, listed_origins
from ..settings.subdomains import has_subdomains

if TYPE_CHECKING:
    from ..asgi.middleware import WebSocketStack
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A page of another origin opens a socket with the session of its visitor."

SAME_SITE_SYMPTOM = (
    "A page of another subdomain or port opens a socket with the session of its visitor."
)
NO_WEBSOCKET = "ValueError: You cannot use OriginValidator on a non-WebSocket connection"
VALIDATOR = "AllowedHostsOriginValidator"
DEMOS = {"demo", "demos", "example", "examples", "example_project", "sandbox"}
CHECKED_BY_NGINX = re.compile(rb"\bif\s*\(\s*\$http_origin\b|\bmap\s+\$http_origin\b")
FIX = f'"websocket": {VALIDATOR}(…)'


def check(project: Project) -> Iterator[Finding]:
    """Find a WebSocket application whose wrappers are all known and do not check the Origin."""
    yield from _around_pages(project)
    stack = websocket_stack(project)
    is_unchecked = stack.is_complete and not stack.checks_origin
    is_unused = has_unused_sockets(project) or has_only_pages_without_sockets(project)
    is_used = project.uses_websockets and not is_unused
    if any(matching_files(project, CHECKED_BY_NGINX)):
        return
    if is_demo_or_deprecated(project) or (
        stack.entry and _is_of_demo(project, stack.entry[0].path)
    ):
        return
    if stack.entry and is_used and is_unchecked and _gains_a_page(project, stack):
        yield _unchecked(project, stack, *project.resolver.value(*stack.entry))


def _gains_a_page(project: Project, stack: WebSocketStack) -> bool:
    """Return whether a page that is not of the site can act as its visitor."""
    return stack.acts_as_visitor and (stack.serves_every_site or has_subdomains(project))


def _unchecked(project: Project, stack: WebSocketStack, module: Module, node: ast.AST) -> Finding:
    serves_every_site = stack.serves_every_site
    severity = None if serves_every_site and not stack.foreign_wrappers else "info"
    symptom = None if serves_every_site else SAME_SITE_SYMPTOM
    validator = _validator(project)
    fix = wrapped_diff(module, node, f"{VALIDATOR}(", ")")
    if validator != VALIDATOR:  # no file shows the origins of all pages
        fix = f'Wrap the application of "websocket" in `{validator}(…, [{ORIGINS}])`.'
        fix += listed_origins(project)
    if stack.has_other_clients:
        fix = ""
    message = _message(stack, validator)
    return Finding(message, module.location(node), fix, severity, stack.depth, symptom)


def _validator(project: Project) -> str:
    """Return the validator to add.

    Where ALLOWED_HOSTS allows every host, so would the validator that reads it. Where it lacks the
    host of a separate front end, that validator would refuse its pages.
    """
    hosts = project.settings["ALLOWED_HOSTS"]
    is_other = _may_have_star(hosts) or has_other_pages(project, hosts.items)
    return "OriginValidator" if is_other else VALIDATOR


def _may_have_star(hosts: Setting) -> bool:
    """Return whether a setting allows every host, or does so where no variable is set."""
    nodes = ast.walk(hosts.node) if hosts.node else ()
    texts = (string_value(each) or "" for each in nodes)
    return "*" in hosts.items or any("*" in map(str.strip, each.split(",")) for each in texts)


def _is_of_demo(project: Project, path: str) -> bool:
    """Return whether a file belongs to the demo of a package that the project builds."""
    return builds_package(project) and bool(DEMOS & set(path.split("/")[:-1]))


def _around_pages(project: Project) -> Iterator[Finding]:
    """Find a check of the Origin around all protocols, or around HTTP: it refuses each page."""
    for module in project.asgi_modules:
        for call in module.find_all(ast.Call):
            name = called_name(call)
            inner = project.resolver.value(module, call.args[0])[1] if call.args else None
            is_around_all = called_name(inner) == "ProtocolTypeRouter"
            if name in CHECKS_ORIGIN and (is_around_all or _is_http(module, call)):
                place = "router of all protocols" if is_around_all else 'application of "http"'
                message = (
                    f"`{name}` is around the {place}, so each HTTP request fails."
                    ' Wrap only the application of "websocket".'
                )
                yield Finding(message, module.location(call), FIX, "error", symptom=NO_WEBSOCKET)


def _is_http(module: Module, call: ast.Call) -> bool:
    """Return whether Channels' own check is the application of HTTP in a dictionary."""
    around = module.parents.get(call)
    items = dict_items(around) if isinstance(around, ast.Dict) else ()
    is_own = module.full_name(call.func).startswith("channels.security.")
    return is_own and ("http", call) in list(items)


def _message(stack: WebSocketStack, validator: str) -> str:
    origins = " with the site's origins" if validator != VALIDATOR else ""
    if stack.foreign_wrappers:
        return (
            f"Nothing in the project checks the Origin of a WebSocket. Unless"
            f" `{'`, `'.join(stack.foreign_wrappers)}` does, add `{validator}`{origins}."
        )
    page = "origin" if stack.serves_every_site else "subdomain or port of the site"
    fault = f"Nothing checks a socket's Origin, so a page of another {page} can act as its visitor."
    if stack.has_other_clients:
        return (
            f"{fault} Wrap the routes of your pages in `{validator}`{origins}, and leave out those"
            " of other clients, which send no Origin."
        )
    return f"{fault} Wrap the routes in `{validator}`{origins}."
