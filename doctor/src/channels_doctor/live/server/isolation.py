"""The project's settings, changed so that its messages, its mail and what it caches reach nothing real."""

from __future__ import annotations

from typing import Any

from django.conf import settings

# Layers that keep apart what has another prefix.
SHARED = ("channels_redis.", "channels_valkey.", "channels_realtime.layers.redis.")
MEMORY = "channels.layers.InMemoryChannelLayer"


def keep_apart(task: dict[str, Any]) -> None:
    """Give the channel layers and the caches a prefix of their own, and let e-mail end in memory.

    This must come before the project's apps are loaded. Nothing is imported for it but the settings.
    """
    for alias, layer in (getattr(settings, "CHANNEL_LAYERS", None) or {}).items():
        _separate_layer(layer, task, alias)
    for cache in (getattr(settings, "CACHES", None) or {}).values():
        cache["KEY_PREFIX"] = task["prefix"] + str(cache.get("KEY_PREFIX", ""))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _separate_layer(layer: dict[str, Any], task: dict[str, Any], alias: str) -> None:
    backend, config = str(layer.get("BACKEND", "")), layer.get("CONFIG", {})
    bases = task["bases"] if alias == "default" else []
    if "prefix" in config or any(name.startswith(SHARED) for name in (backend, *bases)):
        layer["CONFIG"] = {**config, "prefix": task["prefix"]}
    elif task["alone"] and MEMORY not in (backend, *bases) and bases:
        # It cannot be kept apart: the server's consumers must not speak to real sockets.
        layer.update(BACKEND=MEMORY, CONFIG={})


def use_databases(names: dict[str, dict[str, Any]]) -> None:
    """Let the settings name the throw-away databases; connections that are made from now on are to these."""
    for alias, changed in names.items():
        settings.DATABASES[alias].update(changed)
