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
