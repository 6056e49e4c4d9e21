"""The ASGI application: its protocols, what is wrapped around the WebSocket routes, and the routes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .json_values import class_name
from .loaded_routes import find_routes
from .wrappers import is_protocol_router, is_router, way_to

if TYPE_CHECKING:
    from .request import Request


def read(_request: Request) -> dict[str, object]:
    """Import ASGI_APPLICATION and describe it; nothing when the setting is missing."""
    application = _load()
    if application is None:
        return {}
    protocols = _protocols(application)
    return {
        "application": {
            "class": _name(application),
            "protocols": {str(key): _name(value) for key, value in protocols.items()},
            "wrappers": [_name(each) for each in _way(protocols)],
        }
    }


def read_routes(_request: Request) -> dict[str, object]:
    """Return the routes of the application's WebSocket side, and whether it has a router for them."""
    way = _way(_protocols(_load()))
    has_router = bool(way) and is_router(way[-1])
    return {"has_router": has_router, "routes": find_routes(way[-1]) if has_router else []}


def _load() -> Any:
    from django.conf import settings

    target = getattr(settings, "ASGI_APPLICATION", None)
    if target is None:
        return None
    module, _, name = str(target).rpartition(".")
    return getattr(importlib.import_module(module), name)


def _protocols(application: Any) -> dict[Any, Any]:
    """Return what answers to each protocol: of the ProtocolTypeRouter, which may be wrapped itself."""
    way = way_to(application, is_protocol_router)
    return dict(way[-1].application_mapping) if way else {}


def _way(protocols: dict[Any, Any]) -> list[Any]:
    """Return the objects from the WebSocket side's outermost to its URLRouter; without one only the outermost."""
    entry = protocols.get("websocket")
    return way_to(entry, is_router) or ([] if entry is None else [entry])


def _name(value: Any) -> str:
    plain = isinstance(value, type) or hasattr(value, "__qualname__")
    return class_name(value if plain else type(value))
