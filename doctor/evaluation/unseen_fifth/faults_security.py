"""Faults in asgi.py, middleware, origins, tokens, groups and the moment of sending."""

from case import Fault

ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
CHAT = "chat/consumers.py"
STACK = "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n"
SITE_STACK = "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n"
ALLOWED = "from channels.security.websocket import AllowedHostsOriginValidator"

FAULTS = [
    Fault(
        name="conflict_in_routing",
        shape="merge conflict",
        base="site",
        edits={
            "auctions/routing.py": [
                (
                    '    path("ws/lots/<int:lot_id>/", LotConsumer.as_asgi()),\n',
                    (
                        "<<<<<<< HEAD\n"
                        '    path("ws/lots/<int:lot_id>/", LotConsumer.as_asgi()),\n'
                        "=======\n"
                        '    path("ws/lot/<int:lot_id>/", LotConsumer.as_asgi()),\n'
                        ">>>>>>> shorter-addresses\n"
                    ),
                )
            ]
        },
        path="auctions/routing.py",
        anchor="<<<<<<<",
    ),
    Fault(
        name="sorted_imports",
        shape="models before Django",
        base="site",
        edits={
            SITE_ASGI: [
                (
                    "from auctions.routing import websocket_urlpatterns as "
                    "auction_sockets  # noqa: E402\n",
                    "",
                ),
                (
                    "from django.core.asgi import get_asgi_application\n",
                    (
                        "from django.core.asgi import get_asgi_application\n\n"
                        "from auctions.routing import websocket_urlpatterns as auction_sockets\n"
                    ),
                ),
            ]
        },
        path=SITE_ASGI,
        anchor="from auctions.routing",
    ),
    Fault(
        name="http_key_without_call",
        shape="get_asgi_application not called",
        base="tutorial",
        edits={
            ASGI: [
                (
                    "django_asgi_app = get_asgi_application()",
                    "django_asgi_app = get_asgi_application",
                )
            ]
        },
        path=ASGI,
        anchor="django_asgi_app",
        paths=[],
    ),
    Fault(
        name="closure_with_scope_only",
        shape="Channels 2 middleware",
        base="tutorial",
        edits={
            "chat/middleware.py": (
                "from urllib.parse import parse_qs\n\n\n"
                "class LanguageMiddleware:\n"
                '    """Puts the language of the page into the scope."""\n\n'
                "    def __init__(self, inner):\n"
                "        self.inner = inner\n\n"
                "    def __call__(self, scope):\n"
                '        query = parse_qs(scope["query_string"].decode())\n'
                '        language = query.get("lang", ["en"])[0]\n'
                "        return self.inner({**scope, 'language': language})\n"
            ),
            ASGI: [
                (
                    "from chat.routing import",
                    (
                        "from chat.middleware import LanguageMiddleware  # noqa: E402\n"
                        "from chat.routing import"
                    ),
                ),
                (
                    STACK,
                    (
                        "            AuthMiddlewareStack(LanguageMiddleware("
                        "URLRouter(websocket_urlpatterns)))\n"
                    ),
                ),
            ],
        },
        path="chat/middleware.py",
        anchor="def __call__(self, scope)",
        paths=[ASGI],
    ),
    Fault(
        name="session_and_auth_without_cookies",
        shape="AuthMiddleware without sessions",
        base="site",
        edits={
            SITE_ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack  # noqa: E402\n",
                    "from channels.auth import AuthMiddleware  # noqa: E402\n",
                ),
                (
                    "from channels.security.websocket",
                    (
                        "from channels.sessions import SessionMiddleware  # noqa: E402\n"
                        "from channels.security.websocket"
                    ),
                ),
                (
                    SITE_STACK,
                    (
                        "    SessionMiddleware(AuthMiddleware("
                        "URLRouter([*auction_sockets, *support_sockets])))\n"
                    ),
                ),
            ]
        },
        path=SITE_ASGI,
        anchor="SessionMiddleware(",
    ),
    Fault(
        name="origin_is_only_logged",
        shape="Origin check missing",
        base="site",
        edits={
            "config/origins.py": (
                '"""Notes the Origin of each socket."""\n\n'
                "import logging\n\n"
                "logger = logging.getLogger(__name__)\n\n\n"
                "class OriginLogMiddleware:\n"
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        origin = dict(scope["headers"]).get(b"origin", b"").decode()\n'
                '        logger.info("Socket from %s", origin)\n'
                "        return await self.app(scope, receive, send)\n"
            ),
            SITE_ASGI: [
                (f"{ALLOWED}  # noqa: E402\n", ""),
                (
                    "from support.routing",
                    (
                        "from config.origins import OriginLogMiddleware  # noqa: E402\n"
                        "from support.routing"
                    ),
                ),
                ("AllowedHostsOriginValidator(\n", "OriginLogMiddleware(\n"),
            ],
        },
        path=SITE_ASGI,
        anchor="OriginLogMiddleware(",
        paths=["config/origins.py"],
    ),
    Fault(
        name="every_origin_is_valid",
        shape="Origin check missing",
        base="deployed",
        edits={
            ASGI: [
                (ALLOWED, "from channels.security.websocket import OriginValidator"),
                (
                    "AllowedHostsOriginValidator(\n" + STACK,
                    "OriginValidator(\n" + STACK[:-1] + ',\n            ["*"],\n',
                ),
            ]
        },
        path=ASGI,
        anchor="OriginValidator(",
    ),
    Fault(
        name="access_in_the_address",
        shape="token in the query",
        base="site",
        edits={
            "auctions/static/auctions/lot.js": [
                (
                    "/ws/lots/${lotId}/`);",
                    '/ws/lots/${lotId}/?access_jwt=${localStorage.getItem("access")}`);',
                )
            ]
        },
        path="auctions/static/auctions/lot.js",
        anchor="access_jwt",
    ),
    Fault(
        name="announced_inside_the_transaction",
        shape="send before the commit",
        base="site",
        edits={
            "auctions/services.py": [
                (
                    "        transaction.on_commit(lambda: announce_bid(bid))\n",
                    "        announce_bid(bid)\n",
                )
            ]
        },
        path="auctions/services.py",
        anchor="        announce_bid(bid)",
        paths=[],
    ),
    Fault(
        name="reply_signal_sends_at_once",
        shape="send before the commit",
        base="site",
        edits={
            "support/apps.py": (
                "from django.apps import AppConfig\n"
                "from django.db.models.signals import post_save\n\n\n"
                "class SupportConfig(AppConfig):\n"
                '    name = "support"\n\n'
                "    def ready(self):\n"
                "        from .notify import on_ticket_saved\n\n"
                '        post_save.connect(on_ticket_saved, sender="support.Ticket")\n'
            ),
            "support/notify.py": (
                "from asgiref.sync import async_to_sync\n"
                "from channels.layers import get_channel_layer\n\n\n"
                "def on_ticket_saved(sender, instance, **kwargs):\n"
                "    send = async_to_sync(get_channel_layer().group_send)\n"
                '    send(f"ticket.{instance.pk}", {"type": "ticket.changed", '
                '"ticket": instance.pk})\n'
            ),
            "support/consumers.py": [
                (
                    "    @staticmethod\n    def as_event(reply):\n",
                    (
                        "    def ticket_changed(self, event):\n"
                        '        ticket = Ticket.objects.get(pk=event["ticket"])\n'
                        '        self.send_json({"subject": ticket.subject})\n\n'
                        "    @staticmethod\n    def as_event(reply):\n"
                    ),
                )
            ],
        },
        path="support/notify.py",
        anchor="send",
        paths=["support/apps.py"],
    ),
    Fault(
        name="address_of_mail_in_group_name",
        shape="raw text in a group name",
        base="tutorial",
        edits={
            CHAT: [
                (
                    'self.room_group_name = f"chat_{self.room_name}"',
                    'mail = getattr(self.scope["user"], "email", "guest")\n'
                    '        self.room_group_name = f"inbox-{mail}"',
                )
            ]
        },
        path=CHAT,
        anchor="inbox-",
    ),
    Fault(
        name="async_to_sync_in_receive",
        shape="async_to_sync in async code",
        base="tutorial",
        edits={
            CHAT: [
                ("import json\n", "import json\n\nfrom asgiref.sync import async_to_sync\n"),
                (
                    "        await self.channel_layer.group_send(\n",
                    "        async_to_sync(self.channel_layer.group_send)(\n",
                ),
            ]
        },
        path=CHAT,
        anchor="async_to_sync(self",
    ),
]
