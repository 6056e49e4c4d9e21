"""The stage that makes the default channel layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .failure import describe_failure
from .json_values import full_name

if TYPE_CHECKING:
    from .inspected_project import InspectedProject


def read(project: InspectedProject) -> dict[str, object]:
    """Return the backend of CHANNEL_LAYERS["default"], its class, its bases and why it fails.

    A layer does not connect when it is made.
    """
    from django.conf import settings

    layers: Any = getattr(settings, "CHANNEL_LAYERS", None)
    default: Any = layers.get("default") if isinstance(layers, dict) else None
    backend = default.get("BACKEND") if isinstance(default, dict) else None
    mro: list[str] = []
    error: dict[str, object] | None = None
    try:
        _make_layer(backend, mro)
    except Exception as failure:
        error = describe_failure("layer", failure, project)
    name = backend if isinstance(backend, str) else None
    return {
        "layer": {"backend": name, "class": mro[0] if mro else None, "mro": mro, "error": error}
    }


def _make_layer(backend: Any, mro: list[str]) -> None:
    """Make the layer; `mro` receives the names of its classes before that can fail."""
    if not isinstance(backend, str):
        return
    from django.utils.module_loading import import_string

    layer_class = import_string(backend)
    mro.extend(full_name(base) for base in layer_class.__mro__ if base is not object)
    from channels.layers import channel_layers

    channel_layers["default"]
