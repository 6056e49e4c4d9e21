"""What the names of Channels, of channels-realtime and of Django do: one table for each kind of name.

The code of channels-realtime, installed or vendored, is not read: the rules know these tables alone.
"""

from __future__ import annotations

from typing import NamedTuple

PACKAGE = "channels_realtime"
LIBRARY = PACKAGE + "."


class Wrapper(NamedTuple):
    """What a layer around WebSocket routes does for them.

    `is_router` says that its first argument is the list of routes itself.
    """

    checks_origin: bool = False
    has_user: bool = False
    has_session: bool = False
    is_router: bool = False
    refuses_unknown_paths: bool = False


PLAIN = Wrapper()
ORIGIN = Wrapper(checks_origin=True)
SESSION = Wrapper(has_session=True)
USER = Wrapper(has_user=True, has_session=True)
ROUTER = Wrapper(is_router=True)
STRICT = Wrapper(is_router=True, refuses_unknown_paths=True)
STACK = Wrapper(True, True, True, True, True)
WRAPPERS = {
    "channels.auth.AuthMiddleware": USER,
    "channels.auth.AuthMiddlewareStack": USER,
    "channels.routing.URLRouter": ROUTER,
    "channels.security.websocket.AllowedHostsOriginValidator": ORIGIN,
    "channels.security.websocket.OriginValidator": ORIGIN,
    "channels.sessions.CookieMiddleware": SESSION,
    "channels.sessions.SessionMiddleware": SESSION,
    "channels.sessions.SessionMiddlewareStack": SESSION,
    "channels_realtime.asgi.HTTPStack": PLAIN,
    "channels_realtime.asgi.Router": STRICT,
    "channels_realtime.asgi.WebSocketStack": STACK,
    "channels_realtime.auth.origins.OriginMiddleware": ORIGIN,
    "channels_realtime.auth.sessions.SessionUserMiddleware": USER,
    "channels_realtime.monitoring.logs.ConnectionMiddleware": PLAIN,
    "channels_realtime.servers.daphne.DaphneMiddleware": PLAIN,
}
ROUTERS = tuple(name for name, what in WRAPPERS.items() if what.is_router)

# Consumers, by the beginning of their full name: all of them, those that only WebSockets reach, those whose methods get
# each handshake and message as it came, and those that close the database connection of the shared thread themselves.
CONSUMERS = ("channels.generic.", "channels.consumer.", "channels_realtime.consumers.")
SOCKETS = ("channels.generic.websocket.", "channels_realtime.consumers.")
RAW_SOCKETS = ("channels.generic.websocket.",)
TIDY = ("channels_realtime.consumers.",)
# The types of messages, dots replaced, for which every consumer has a method, or none is needed.
HANDLED = {
    "websocket_connect", "websocket_receive", "websocket_disconnect", "http_request", "http_disconnect", "dispatch",
    "send", "close", "accept", "send_json", "receive", "receive_json", "connect", "disconnect",
    "realtime_text", "receive_message", "send_message", "send_error",
}  # fmt: skip

# The callback of the route that the library's router appends: it refuses every path that no other route matches.
REFUSALS = {PACKAGE + ".asgi.refuse_unknown_path"}

# Modules that import models: Django must be set up before one of these is imported.
IMPORT_MODELS = (
    "channels_realtime.asgi", "channels_realtime.auth.sessions", "channels_realtime.consumers",
    "django.contrib.auth.models", "django.contrib.contenttypes.models", "django.contrib.sessions.models",
)  # fmt: skip

# Channel layers: what each class inherits, the package that it needs, and the functions that make CHANNEL_LAYERS.
LAYERS = {
    "channels_realtime.layers.memory.MemoryLayer": "channels.layers.InMemoryChannelLayer",
    "channels_realtime.layers.redis.CoreLayer": "channels_redis.core.RedisChannelLayer",
    "channels_realtime.layers.redis.PubSubLayer": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
LAYERS_FROM_URL = (
    "channels_realtime.layers.channel_layers_from_url",
    "channels_realtime.layers.config.channel_layers_from_url",
)


def wrappers_that(ability: str) -> set[str]:
    """Return the full names of the wrappers with an ability, which is a field of Wrapper.

    Channels' wrappers have their short names, too: a project may import them through a module of its own.
    """
    full = {name for name, what in WRAPPERS.items() if getattr(what, ability)}
    return full | {name.rpartition(".")[2] for name in full if not name.startswith(LIBRARY)}
