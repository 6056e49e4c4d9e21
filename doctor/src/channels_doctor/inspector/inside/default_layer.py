"""The default channel layer: its class, and whether it can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .failure import describe
from .json_values import class_name

if TYPE_CHECKING:
    from .request import Request


def read(request: Request) -> dict[str, object]:
    """Import the class of CHANNEL_LAYERS["default"] and make the layer, which does not connect yet."""
    from django.conf import settings

    layers: Any = getattr(settings, "CHANNEL_LAYERS", None)
    default: Any = layers.get("default") if isinstance(layers, dict) else None
    backend = default.get("BACKEND") if isinstance(default, dict) else None
    mro: list[str] = []
    error: dict[str, object] | None = None
    try:
        _make(backend, mro)
    except Exception as failure:
        error = describe("layer", failure, request)
    name = backend if isinstance(backend, str) else None
    return {
        "layer": {"backend": name, "class": mro[0] if mro else None, "mro": mro, "error": error}
    }


def _make(backend: Any, mro: list[str]) -> None:
    if not isinstance(backend, str):
        return
    from django.utils.module_loading import import_string

    cls = import_string(backend)
    mro.extend(class_name(each) for each in cls.__mro__ if each is not object)
    from channels.layers import channel_layers

    channel_layers["default"]
