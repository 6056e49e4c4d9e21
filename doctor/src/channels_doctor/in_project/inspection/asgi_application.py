"""The stages that read the ASGI application and its WebSocket routes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .asgi_wrappers import is_protocol_router, is_url_router, path_to
from .json_values import full_name
from .loaded_routes import find_routes

if TYPE_CHECKING:
    from .inspected_project import InspectedProject


def read(_project: InspectedProject) -> dict[str, object]:
    """Import ASGI_APPLICATION and describe it; return {} when the setting is missing."""
    application = _load_application()
    if application is None:
        return {}
    protocols = _protocols(application)
    return {
        "application": {
            "class": _name(application),
            "protocols": {str(key): _name(value) for key, value in protocols.items()},
            "wrappers": [_name(wrapper) for wrapper in _websocket_wrappers(protocols)],
        }
    }


def read_routes(_project: InspectedProject) -> dict[str, object]:
    """Return the WebSocket routes, and whether there is a URLRouter for them."""
    wrappers = _websocket_wrappers(_protocols(_load_application()))
    has_router = bool(wrappers) and is_url_router(wrappers[-1])
    return {"has_router": has_router, "routes": find_routes(wrappers[-1]) if has_router else []}


def _load_application() -> Any:
    from django.conf import settings

    target = getattr(settings, "ASGI_APPLICATION", None)
    if target is None:
        return None
    module, _, name = str(target).rpartition(".")
    return getattr(importlib.import_module(module), name)


def _protocols(application: Any) -> dict[Any, Any]:
    """Return the mapping of the ProtocolTypeRouter, which may have wrappers itself."""
    path = path_to(application, is_protocol_router)
    return dict(path[-1].application_mapping) if path else {}


def _websocket_wrappers(protocols: dict[Any, Any]) -> list[Any]:
    """Return the outermost WebSocket application and those inside it, down to the URLRouter.

    Without a URLRouter only the outermost is returned.
    """
    outermost = protocols.get("websocket")
    return path_to(outermost, is_url_router) or ([] if outermost is None else [outermost])


def _name(value: Any) -> str:
    has_name = isinstance(value, type) or hasattr(value, "__qualname__")
    return full_name(value if has_name else type(value))
