"""The channel layers that the settings configure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..channels.api import LAYERS
from ..packages.requirements import is_older
from ..python.literal_values import UNKNOWN
from .deployed_settings import settings_named
from .layer_schema import layer_faults

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
PUBSUB_SINCE = (3, 3)  # the channels-redis that brought the module `channels_redis.pubsub`
LOGS_FULL_CHANNELS_SINCE = (2, 4, 2)
PUBSUB_LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"
CORE_LAYER = "channels_redis.core.RedisChannelLayer"
# f"redis://:{PASSWORD}@…" is code without a secret; what stands before another "@" may be one.
CREDENTIALS = re.compile(
    r"""(?P<kept>\b[fF]["']\w+://(?:\{[^{}]*\})?:?\{[^{}]*\}@)(?![^/\s]*@)|(?P<start>^|://)[^/\s]*@"""
)


class LayerConfig(NamedTuple):
    """One layer: its alias, its BACKEND, the names of that class and its ancestors, its CONFIG.

    `config` is empty when nothing is configured, and holds UNKNOWN where the text does not tell.
    """

    alias: str
    backend: str
    class_names: set[str]
    config: dict[Any, Any]
    setting: Setting

    @property
    def is_valkey(self) -> bool:
        """Return whether the layer uses valkey-py instead of redis-py."""
        return any(name.startswith("channels_valkey.") for name in self.class_names)

    @property
    def has_wrong_keys(self) -> bool:
        """Return whether the layer has a wrong key, so that it has not the options it should."""
        return any(layer_faults(self.alias, self.setting.mapping[self.alias]))

    @property
    def hosts(self) -> Any:
        """Return the hosts: None when none are given, UNKNOWN when they may be anything."""
        return UNKNOWN if UNKNOWN in self.config else self.config.get("hosts")


def layer_configs(project: Project) -> Iterator[LayerConfig]:
    """Yield the layers whose class is known: of manage.py's settings, and of deployed ones."""
    for setting in settings_named(project, "CHANNEL_LAYERS"):
        yield from _layers_of(project, setting)


def _layers_of(project: Project, setting: Setting) -> Iterator[LayerConfig]:
    for alias, layer in setting.mapping.items():
        if not isinstance(alias, str) or not isinstance(layer, dict) or UNKNOWN in layer:
            continue
        backend, config = layer.get("BACKEND"), layer.get("CONFIG", {})
        if isinstance(backend, str):
            class_names = {backend, *_ancestors(project, setting, alias, backend)}
            values = config if isinstance(config, dict) else {UNKNOWN: UNKNOWN}
            yield LayerConfig(alias, backend, class_names, values, setting)


def _ancestors(project: Project, setting: Setting, alias: str, backend: str) -> Iterator[str]:
    """Yield the ancestors of a layer's class, as Django loaded it and as the sources say."""
    if alias == "default" and setting == project.settings[setting.name]:
        yield from (project.facts.get("layer") or {}).get("mro") or []
    cls = project.resolver.definition_of(backend)
    bases = project.resolver.outside_bases(cls) if cls and cls.is_class else set()
    yield from bases
    yield from (LAYERS[each] for each in [backend, *bases] if each in LAYERS)


def mask_credentials(address: str) -> str:
    """Return an address, or the code of one, with `***` for its user name and password.

    The variables of an f-string stay: they show no secret.
    """
    return CREDENTIALS.sub(lambda found: found["kept"] or f"{found['start']}***@", address)


def redis_layer(project: Project) -> str:
    """Return the name of the Redis layer that suits a project without one."""
    return CORE_LAYER if is_older(project, "channels-redis", PUBSUB_SINCE) else PUBSUB_LAYER


def may_have_layer(project: Project) -> bool:
    """Return whether the settings have a layer, or are not all known."""
    layers = project.settings["CHANNEL_LAYERS"]
    return layers.is_set or not layers.is_complete


def uses_core_layer(project: Project) -> bool:
    """Return whether a layer of the project is the core layer."""
    return any(each.class_names & CORE for each in layer_configs(project))


def uses_pubsub_alone(project: Project) -> bool:
    """Return whether the layers are known, and all of them are the PubSub layer."""
    layers = list(layer_configs(project))
    return bool(layers) and all(each.class_names & PUBSUB for each in layers)


def keeps_all_in_memory(project: Project) -> bool:
    """Return whether all layers are in memory: they copy messages, and drop channels unread."""
    layers = list(layer_configs(project))
    return bool(layers) and all(each.class_names & MEMORY for each in layers)


def logs_full_channels(project: Project) -> bool:
    """Return whether the layer may log that a channel of a group has reached its capacity."""
    is_known = any(layer_configs(project))
    has_log = not is_older(project, "channels-redis", LOGS_FULL_CHANNELS_SINCE)
    return has_log and (uses_core_layer(project) or not is_known)
