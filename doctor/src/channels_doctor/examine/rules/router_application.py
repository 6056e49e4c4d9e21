"""The router is given something that is no application."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.page_views import is_view, view_error
from ..asgi.protocol_router import protocol_items
from ..asgi.route_lists import import_of, route_items
from ..asgi.wsgi_wrappers import wrapped_applications, wrapped_expression
from ..channels.api import (
    GET_ASGI_APPLICATION,
    GET_DEFAULT_APPLICATION,
    PROTOCOL_ROUTER,
    ROUTERS,
    WRAPPERS,
)
from ..finding import Finding
from ..packages.requirements import FIRST_DJANGO_WITH_ASGI, is_older
from ..python.definitions import assigned_names
from ..python.expressions import argument, is_variable, last_name, variable_name
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: get_asgi_application() takes 0 positional arguments but 3 were given"

URL_ROUTER = "channels.routing.URLRouter"
FACTORIES = (GET_ASGI_APPLICATION, GET_DEFAULT_APPLICATION)
WSGI = "django.core.wsgi.get_wsgi_application"
WSGI_CALLED = "TypeError: WSGIHandler.__call__() takes 3 positional arguments but 4 were given"
NO_CALLABLE = "TypeError: 'list' object is not callable"
NOT_ITERABLE = "TypeError: 'module' object is not iterable"
TOO_MANY = "TypeError: URLRouter.__init__() takes 2 positional arguments but 3 were given"


def check(project: Project) -> Iterator[Finding]:
    """Find what is no ASGI application, and routes without a router or as its arguments."""
    for module, call in project.calls(PROTOCOL_ROUTER):
        for item in protocol_items(project.resolver, module, call):
            yield from _uncalled(*project.resolver.value(item.module, item.application))
            yield from _list(project, item.module, item.application)
            yield from _wsgi(project, item.module, item.application)
    for module, call in project.calls(*(name for name in WRAPPERS if name not in ROUTERS)):
        yield from _list(project, module, next(iter(call.args), None))
    for module, call in project.calls(URL_ROUTER):
        yield from _starred(module, call)
        yield from _module(project, module, call)
        yield from _views(project, module, call)
    for module, call in wrapped_applications(project):
        yield _wrapped(module, call)


def _starred(module: Module, call: ast.Call) -> Iterator[Finding]:
    if call.args and isinstance(call.args[0], ast.Starred):
        message = "`URLRouter` takes a list of routes, not routes. Remove the asterisk."
        text = _text(call.args[0].value)
        fix = f"-URLRouter(*{text})\n+URLRouter({text})"
        yield Finding(message, module.location(call.args[0]), fix, symptom=TOO_MANY)


def _module(project: Project, module: Module, call: ast.Call) -> Iterator[Finding]:
    """Find the module of the routes where its list belongs."""
    given = argument(call, 0, "routes")
    found = project.resolver.find_module(module.full_name(given)) if given else None
    if given and found and project.resolver.definition(module, given) is None:
        text = module.full_name(given).split(".")[-1]
        message = f"`{text}` is a module, and no list of routes. Write the name of its list."
        fix = f"-URLRouter({text})\n+URLRouter({text}.websocket_urlpatterns)"
        yield Finding(message, module.location(given), fix, symptom=NOT_ITERABLE)


def _views(project: Project, module: Module, call: ast.Call) -> Iterator[Finding]:
    """Find the routes of pages in the router of sockets; a whole list is found at its import."""
    items = route_items(project.resolver, module, call)
    views = [each for each in items if each.call and is_view(project, each)]
    places = [each.module.location(each.node) for each in views]
    if call.args and len(views) == len(items):
        places = [module.location(import_of(module, call.args[0]) or call)] if views else []
    for place in places:
        message = (
            "The router gets the route of a page, whose view is no ASGI application, so the socket"
            " fails. Route to consumers."
        )
        fix, symptom = "path(…, ChatConsumer.as_asgi())", view_error(project, views[0])
        yield Finding(message, place, fix, symptom=symptom or "The socket fails.")


def _uncalled(module: Module, node: ast.AST | None) -> Iterator[Finding]:
    if isinstance(node, (ast.Name, ast.Attribute)) and module.full_name(node) in FACTORIES:
        name = last_name(node)
        message = f"`{name}` is not called, so every request fails. Write `{name}()`."
        line = module.source_line(node)
        fix = f"-{line}\n+{line.replace(name, f'{name}()', 1)}"
        symptom = f"TypeError: {name}() takes 0 positional arguments but 3 were given"
        yield Finding(message, module.location(node), fix, symptom=symptom)


def _wsgi(project: Project, module: Module, node: ast.AST) -> Iterator[Finding]:
    """Find Django's WSGI application where one of ASGI belongs, but not in an unused wsgi.py."""
    if module.path.endswith("wsgi.py") and module not in project.asgi_modules:
        return
    owner, value = project.resolver.value(module, node)
    function = value.func if isinstance(value, ast.Call) else None
    if owner.full_name(function) == WSGI and not is_older(
        project, "django", FIRST_DJANGO_WITH_ASGI
    ):
        place = value if owner is module else node
        message = (
            "`get_wsgi_application()` makes no ASGI application, so every page fails. Write"
            " `get_asgi_application()`."
        )
        fix = replacement_diff(module, place, "get_asgi_application()")
        yield Finding(message, module.location(place), fix, symptom=WSGI_CALLED)


def _wrapped(module: Module, call: ast.Call) -> Finding:
    name = last_name(call.func)
    message = f"`{name}` is no ASGI middleware, so every call of it fails. Remove it."
    if "whitenoise" in module.full_name(call.func):
        message += " `WhiteNoiseMiddleware` in `MIDDLEWARE` serves the files."
    count = 2 if name == "WhiteNoiseMiddleware" else 3  # the parameters of its `__call__()`
    symptom = f"TypeError: {name}.__call__() takes {count} positional arguments but 4 were given"
    return Finding(message, module.location(call), _unwrapped(module, call), symptom=symptom)


def _unwrapped(module: Module, call: ast.Call) -> str:
    """Return the diff that removes a wrapper; a sentence where it spans lines or has uses."""
    names = assigned_names(module.parents[call])
    holders = (each.value for each in module.find_all(ast.Attribute))
    if any(is_variable(each, *names) for each in holders):
        return f"Take what is in `{last_name(call.func)}`, and delete the calls of its methods."
    inner = wrapped_expression(module, call)
    if variable_name(inner) not in names:
        return replacement_diff(module, call, source_text(module, inner))
    is_line = call.lineno == call.end_lineno
    return f"-{module.source_line(call)}" if is_line else "Delete the statement."


def _list(project: Project, module: Module, node: ast.AST | None) -> Iterator[Finding]:
    """Find a list of routes where an application belongs."""
    if node is None:
        return
    _, value = project.resolver.value(module, node)
    if isinstance(value, (ast.List, ast.Tuple, ast.ListComp)):
        text = _text(node)
        message = f"`{text}` is a list of routes, and no application. Write `URLRouter({text})`."
        fix = f"-{text}\n+URLRouter({text})"
        kind = "tuple" if isinstance(value, ast.Tuple) else "list"
        symptom = NO_CALLABLE.replace("list", kind)
        yield Finding(message, module.location(node), fix, symptom=symptom)


def _text(node: ast.AST) -> str:
    return last_name(node) or "[…]"
