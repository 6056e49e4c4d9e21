"""WSGI middleware around an ASGI application, which no ASGI server can call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import GET_ASGI_APPLICATION, GET_DEFAULT_APPLICATION, PROTOCOL_ROUTER
from ..python.definitions import assigned_names
from ..python.expressions import is_variable
from ..python.resolver.values import all_values

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

WSGI_WRAPPERS = {
    "whitenoise.WhiteNoise",
    "whitenoise.base.WhiteNoise",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dj_static.Cling",
    "dj_static.MediaCling",
    "django.contrib.staticfiles.handlers.StaticFilesHandler",
    "sentry_sdk.integrations.wsgi.SentryWsgiMiddleware",
    "opentelemetry.instrumentation.wsgi.OpenTelemetryMiddleware",
    "werkzeug.middleware.dispatcher.DispatcherMiddleware",
    "werkzeug.middleware.proxy_fix.ProxyFix",
    "werkzeug.middleware.shared_data.SharedDataMiddleware",
}
APPLICATIONS = (GET_ASGI_APPLICATION, GET_DEFAULT_APPLICATION, PROTOCOL_ROUTER)
MAX_WRAPPERS = 10


def wrapped_applications(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the outermost calls that wrap an ASGI application, where a module makes its router."""
    for module, call in project.calls(*WSGI_WRAPPERS):
        is_outermost = not _is_wrapper(module, module.parents[call])
        is_served = any(module.calls(PROTOCOL_ROUTER)) and _is_used(module, call)
        if is_outermost and is_served and _wraps_application(project, module, call):
            yield module, call


def wrapped_expression(module: Module, call: ast.Call) -> ast.expr:
    """Return what is inside of a wrapper and of those in it."""
    inner = call.args[0]
    while isinstance(inner, ast.Call) and _is_wrapper(module, inner) and inner.args:
        inner = inner.args[0]
    return inner


def _is_wrapper(module: Module, node: Any) -> bool:
    return isinstance(node, ast.Call) and module.full_name(node.func) in WSGI_WRAPPERS


def _is_used(module: Module, call: ast.Call) -> bool:
    """Return whether something at the top level uses what a call makes."""
    if module.is_inside(call, ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.Try):
        return False
    names = assigned_names(module.parents[call])
    inside = set(ast.walk(call))
    others = (each for each in module.find_all(ast.Name) if each not in inside)
    is_read = any(is_variable(each, *names) and isinstance(each.ctx, ast.Load) for each in others)
    return is_read or not names or "application" in names


def _wraps_application(project: Project, module: Module, node: Any, depth: int = 0) -> bool:
    """Return whether the first argument of a wrapper is an ASGI application, or has been one."""
    given = next(iter(node.args), None)
    if given is None or depth > MAX_WRAPPERS:
        return False
    owner, value = project.resolver.value(module, given)
    found = project.resolver.definition(owner, value)
    values = [(found.module, each) for each in all_values(found)] if found else [(owner, value)]
    calls = [(holder, each) for holder, each in values if isinstance(each, ast.Call)]
    return any(
        holder.full_name(each.func) in APPLICATIONS
        or (_is_wrapper(holder, each) and _wraps_application(project, holder, each, depth + 1))
        for holder, each in calls
    )
