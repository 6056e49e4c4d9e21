"""The names that the modules of Channels 2 to 4 define for projects."""

from __future__ import annotations

NAMES = {
    "channels.auth": {"AuthMiddleware", "AuthMiddlewareStack", "get_user", "login", "logout"},
    "channels.consumer": {"AsyncConsumer", "SyncConsumer"},
    "channels.db": {"DatabaseSyncToAsync", "aclose_old_connections", "database_sync_to_async"},
    "channels.exceptions": {
        "AcceptConnection", "ChannelFull", "DenyConnection", "InvalidChannelLayerError",
        "MessageTooLarge", "RequestAborted", "RequestTimeout", "StopConsumer",
    },
    "channels.generic.http": {"AsyncHttpConsumer"},
    "channels.generic.websocket": {
        "AsyncJsonWebsocketConsumer", "AsyncWebsocketConsumer", "JsonWebsocketConsumer",
        "WebsocketConsumer",
    },
    "channels.layers": {
        "BaseChannelLayer", "ChannelLayerManager", "InMemoryChannelLayer", "channel_layers",
        "get_channel_layer",
    },
    "channels.middleware": {"BaseMiddleware"},
    "channels.routing": {
        "ChannelNameRouter", "ProtocolTypeRouter", "URLRouter", "get_default_application",
    },
    "channels.security.websocket": {
        "AllowedHostsOriginValidator", "OriginValidator", "WebsocketDenier",
    },
    "channels.sessions": {"CookieMiddleware", "SessionMiddleware", "SessionMiddlewareStack"},
    "channels.testing": {
        "ApplicationCommunicator", "ChannelsLiveServerTestCase", "HttpCommunicator",
        "WebsocketCommunicator",
    },
}  # fmt: skip
# The names of other modules that a module imports, so that a project may import them from it.
IMPORTED = {
    "channels.auth": {
        "BaseMiddleware", "CookieMiddleware", "SessionMiddleware", "database_sync_to_async",
    },
    "channels.consumer": {
        "StopConsumer", "aclose_old_connections", "database_sync_to_async", "get_channel_layer",
    },
    "channels.db": {"SyncToAsync", "close_old_connections", "sync_to_async"},
    "channels.generic.http": {"AsyncConsumer", "StopConsumer", "aclose_old_connections"},
    "channels.generic.websocket": {
        "AcceptConnection", "AsyncConsumer", "DenyConnection", "InvalidChannelLayerError",
        "StopConsumer", "SyncConsumer", "aclose_old_connections",
    },
    "channels.layers": {"ChannelFull", "InvalidChannelLayerError"},
    "channels.security.websocket": {"AsyncWebsocketConsumer"},
    "channels.sessions": {"database_sync_to_async"},
}  # fmt: skip
