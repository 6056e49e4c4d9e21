"""Change the settings so that nothing reaches the project's real messages, mail, caches or data."""

from __future__ import annotations

from typing import Any

from django.conf import settings

# Layers whose `prefix` separates their messages from those of others.
LAYERS_WITH_PREFIX = (
    "channels_redis.",
    "channels_valkey.",
    "channels_realtime.layers.redis.",
)
MEMORY_LAYER = "channels.layers.InMemoryChannelLayer"


def isolate_settings(options: dict[str, Any]) -> None:
    """Give channel layers and caches a prefix of their own, and keep e-mail in memory.

    Call it before the project's apps are loaded; it imports the settings only.
    """
    for alias, layer in (getattr(settings, "CHANNEL_LAYERS", None) or {}).items():
        _isolate_layer(layer, options, alias)
    for cache in (getattr(settings, "CACHES", None) or {}).values():
        cache["KEY_PREFIX"] = options["prefix"] + str(cache.get("KEY_PREFIX", ""))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _isolate_layer(layer: dict[str, Any], options: dict[str, Any], alias: str) -> None:
    backend, config = str(layer.get("BACKEND", "")), layer.get("CONFIG", {})
    bases = options["layer_bases"] if alias == "default" else []
    if "prefix" in config or any(name.startswith(LAYERS_WITH_PREFIX) for name in (backend, *bases)):
        layer["CONFIG"] = {**config, "prefix": options["prefix"]}
    elif options["replace_layers"] and bases and MEMORY_LAYER not in (backend, *bases):
        # This layer has no prefix: the server's consumers must not send to real sockets.
        layer.update(BACKEND=MEMORY_LAYER, CONFIG={})


def use_databases(databases: dict[str, dict[str, Any]]) -> None:
    """Let new connections use the temporary databases."""
    for alias, changes in databases.items():
        settings.DATABASES[alias].update(changes)
