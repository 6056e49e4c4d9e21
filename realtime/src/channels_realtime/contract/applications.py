"""Looking into ASGI applications, which middleware wraps in many ways."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter, get_default_application
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def find_router() -> URLRouter:
    """Return the router of the sockets in ASGI_APPLICATION. Raise ImproperlyConfigured."""
    root = get_default_application()
    protocols = find_inside(root, lambda each: isinstance(each, ProtocolTypeRouter))
    application = protocols.application_mapping.get("websocket") if protocols else root
    router = find_inside(application, lambda each: isinstance(each, URLRouter))
    if router is None:
        raise ImproperlyConfigured(
            f"ASGI_APPLICATION, {settings.ASGI_APPLICATION!r}, has no WebSocket routes: pass them "
            'to WebSocketStack, under the key "websocket" of its ProtocolTypeRouter.'
        )
    return router


def find_inside(application: Any, matches: Callable[[Any], bool]) -> Any:
    """Return the application, or the first one wrapped in it, that matches; otherwise None."""
    found, seen = [application], set[int]()
    for each in found:  # it grows
        if matches(each):
            return each
        if id(each) not in seen:
            seen.add(id(each))
            found += filter(callable, wrapped_values(each))
    return None


def wrapped_values(application: Any) -> Iterator[Any]:
    """Yield what an application holds: its attributes, and the variables of a closure."""
    if isinstance(application, type):
        return
    yield from getattr(application, "__dict__", {}).values()
    if isinstance(application, functools.partial):
        yield from (application.func, *application.args, *application.keywords.values())
    for cell in getattr(application, "__closure__", None) or ():
        with contextlib.suppress(ValueError):  # a variable without a value
            yield cell.cell_contents
