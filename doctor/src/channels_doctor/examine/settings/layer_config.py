"""The channel layers that the settings configure, and of which kind each is."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..channels.known_names import LAYERS
from ..python.literal_values import UNKNOWN

if TYPE_CHECKING:
    from ..project import Project
    from .project_settings import Setting

MEMORY = {"channels.layers.InMemoryChannelLayer", "channels_realtime.layers.memory.MemoryLayer"}
CORE = {"channels_redis.core.RedisChannelLayer", "channels_valkey.core.ValkeyChannelLayer"}
PUBSUB = {
    "channels_redis.pubsub.RedisPubSubChannelLayer",
    "channels_valkey.pubsub.ValkeyPubSubChannelLayer",
}
REDIS = CORE | PUBSUB


class Layer(NamedTuple):
    """One layer: its alias, the name of its class, what that class is called and inherits, and its CONFIG.

    `config` holds UNKNOWN where the text does not tell; it is empty when nothing was configured.
    """

    alias: str
    backend: str
    names: set[str]
    config: dict[Any, Any]
    setting: Setting

    @property
    def is_valkey(self) -> bool:
        """Return whether it speaks through valkey-py, and not through redis-py."""
        return any(name.startswith("channels_valkey.") for name in self.names)

    @property
    def hosts(self) -> Any:
        """Return what was given as hosts: None for nothing, UNKNOWN where it may be anything."""
        return UNKNOWN if UNKNOWN in self.config else self.config.get("hosts")


def layers(project: Project) -> Iterator[Layer]:
    """Yield the layers whose class and configuration are known, each alias of CHANNEL_LAYERS once."""
    setting = project.setting("CHANNEL_LAYERS")
    every = setting.value if isinstance(setting.value, dict) else {}
    for alias, value in every.items():
        backend = value.get("BACKEND") if isinstance(value, dict) else None
        config = value.get("CONFIG", {}) if isinstance(value, dict) else None
        if isinstance(alias, str) and isinstance(backend, str) and UNKNOWN not in value:
            names = {backend, *_ancestors(project, alias, backend)}
            yield Layer(
                alias,
                backend,
                names,
                config if isinstance(config, dict) else {UNKNOWN: UNKNOWN},
                setting,
            )


def _ancestors(project: Project, alias: str, backend: str) -> Iterator[str]:
    """Yield what a layer's class inherits: from Django where it was asked, else one step through the project."""
    if alias == "default":
        yield from (project.facts.get("layer") or {}).get("mro") or []
    path, _, name = backend.rpartition(".")
    module = project.module(path)
    found = [node for node in module.all(ast.ClassDef) if node.name == name] if module else []
    bases = [module.qualified(base) for node in found for base in node.bases] if module else []
    yield from bases
    yield from (LAYERS[each] for each in [backend, *bases] if each in LAYERS)


def masked(address: str) -> str:
    """Return an address without its password, and without the name before it."""
    return re.sub(r"(^|://)[^/\s]*@", r"\1***@", address)
