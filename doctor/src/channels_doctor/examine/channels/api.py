"""Tables of the names that Channels, channels-realtime and Django define, and what each does.

The linter does not read the code of channels-realtime; it relies on these tables alone.
"""

from __future__ import annotations

from typing import NamedTuple

PACKAGE = "channels_realtime"
LIBRARY = PACKAGE + "."

GET_CHANNEL_LAYER = "channels.layers.get_channel_layer"
PROTOCOL_ROUTER = "channels.routing.ProtocolTypeRouter"
ASYNC_TO_SYNC = {"asgiref.sync.async_to_sync", "asgiref.sync.AsyncToSync"}
GET_ASGI_APPLICATION = "django.core.asgi.get_asgi_application"
ON_COMMIT = "django.db.transaction.on_commit"
GET_DEFAULT_APPLICATION = "channels.routing.get_default_application"
FIRST_WITH_ASGI_LAYERS = 2  # the major version of Channels

# Functions and decorators that run a plain function in a thread, and return a coroutine.
TO_THREAD = {
    "channels.db.database_sync_to_async", "channels.db.DatabaseSyncToAsync",
    "asgiref.sync.sync_to_async", "asgiref.sync.SyncToAsync",
}  # fmt: skip


class Effects(NamedTuple):
    """What a wrapper around WebSocket routes does for them.

    `is_router` says that its first argument is the list of routes.
    """

    checks_origin: bool = False
    has_user: bool = False
    has_session: bool = False
    is_router: bool = False


NOTHING = Effects()
ORIGIN = Effects(checks_origin=True)
SESSION = Effects(has_session=True)
USER = Effects(has_user=True, has_session=True)
ROUTER = Effects(is_router=True)
STACK = Effects(True, True, True, True)
WRAPPERS = {
    "channels.auth.AuthMiddleware": USER,
    "channels.auth.AuthMiddlewareStack": USER,
    "channels.routing.URLRouter": ROUTER,
    "channels.security.websocket.AllowedHostsOriginValidator": ORIGIN,
    "channels.security.websocket.OriginValidator": ORIGIN,
    "channels.sessions.CookieMiddleware": SESSION,
    "channels.sessions.SessionMiddleware": SESSION,
    "channels.sessions.SessionMiddlewareStack": SESSION,
    "channels_realtime.asgi.HTTPStack": NOTHING,
    "channels_realtime.asgi.Router": ROUTER,
    "channels_realtime.asgi.WebSocketStack": STACK,
    "channels_realtime.auth.origins.OriginMiddleware": ORIGIN,
    "channels_realtime.auth.middleware.SessionUserMiddleware": USER,
    "channels_realtime.monitoring.logs.ConnectionMiddleware": NOTHING,
    "channels_realtime.servers.daphne.DaphneMiddleware": NOTHING,
}
ROUTERS = tuple(name for name, effects in WRAPPERS.items() if effects.is_router)

# Consumers, by the beginning of the full name of a base class.
CONSUMERS = ("channels.generic.", "channels.consumer.", "channels_realtime.consumers.")
# Consumers that only WebSockets reach.
WEBSOCKET_CONSUMERS = ("channels.generic.websocket.", "channels_realtime.consumers.")
# Consumers whose methods get each handshake and each message unchanged.
RAW_WEBSOCKET_CONSUMERS = ("channels.generic.websocket.",)
# Message types, dots replaced, that every consumer handles or that need no handler.
BUILT_IN_HANDLERS = {
    "websocket_connect", "websocket_receive", "websocket_disconnect",
    "http_request", "http_disconnect", "dispatch",
    "send", "close", "accept", "send_json", "receive", "receive_json", "connect", "disconnect",
    "realtime_text", "receive_message", "send_message", "send_error",
}  # fmt: skip

# The callback of the library's last route, which refuses every path that no other route matches.
REFUSING_CALLBACKS = {PACKAGE + ".asgi.refuse_unknown_path"}

# Modules that import models, so that Django must be set up before their import.
MODEL_IMPORTING_MODULES = (
    "channels_realtime.asgi",
    "channels_realtime.auth.middleware",
    "channels_realtime.auth.sessions",
    "channels_realtime.consumers",
    "django.contrib.auth.models",
    "django.contrib.contenttypes.models",
    "django.contrib.sessions.models",
)

# The library's channel layers, each with the layer that it inherits from.
LAYERS = {
    "channels_realtime.layers.memory.MemoryLayer": "channels.layers.InMemoryChannelLayer",
    "channels_realtime.layers.redis.CoreLayer": "channels_redis.core.RedisChannelLayer",
    "channels_realtime.layers.redis.PubSubLayer": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
# The functions that return CHANNEL_LAYERS.
LAYERS_FROM_URL = (
    "channels_realtime.layers.channel_layers_from_url",
    "channels_realtime.layers.config.channel_layers_from_url",
)


def wrappers_that(effect: str) -> set[str]:
    """Return the names of the wrappers with an effect, which is a field of Effects.

    The wrappers of Channels count by their short names, too, because a project may import them
    through a module of its own.
    """
    full_names = {name for name, effects in WRAPPERS.items() if getattr(effects, effect)}
    short_names = {name.rpartition(".")[2] for name in full_names if not name.startswith(LIBRARY)}
    return full_names | short_names
