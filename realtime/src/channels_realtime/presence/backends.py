"""The store that belongs to the channel layer."""

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.presence.stores import MemoryStore, PresenceStore


def make_store(process: str) -> PresenceStore:
    """Return the store beside the channel layer, for the process with an id.

    Raise ImproperlyConfigured for a channel layer that is neither in memory nor in Redis.
    """
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        return MemoryStore()
    if any(base.__module__.startswith("channels_redis.") for base in type(layer).__mro__):
        from channels_realtime.presence.redis import RedisStore  # the client may be missing

        return RedisStore(process)
    raise ImproperlyConfigured(
        f"Presence needs the channel layer in memory or in Redis, not {type(layer).__name__}: set "
        "CHANNEL_LAYERS = channel_layers_from_url(…)."
    )
