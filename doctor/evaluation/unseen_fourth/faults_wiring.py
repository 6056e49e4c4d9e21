"""Faults in routing, in middleware and in asgi.py."""

from case import Fault

ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
ROUTING = "chat/routing.py"
LOT_ROUTES = "auctions/routing.py"
TICKET_ROUTES = "support/routing.py"
STACK = "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))"
SITE_STACK = "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))"

FAULTS = [
    Fault(
        "as-asgi-without-call",
        "consumer-not-an-application",
        "site",
        {LOT_ROUTES: [("FeedConsumer.as_asgi()", "FeedConsumer.as_asgi")]},
        LOT_ROUTES,
        "FeedConsumer.as_asgi)",
    ),
    Fault(
        "instance-of-a-consumer",
        "consumer-not-an-application",
        "site",
        {
            TICKET_ROUTES: [
                (
                    "websocket_urlpatterns = [",
                    "ticket_socket = TicketConsumer()\n\nwebsocket_urlpatterns = [",
                ),
                ("TicketConsumer.as_asgi()", "ticket_socket"),
            ]
        },
        TICKET_ROUTES,
        "ticket_socket = ",
    ),
    Fault(
        "path-written-as-a-regex",
        "route-syntax",
        "tutorial",
        {ROUTING: [("import re_path", "import path"), ("    re_path(r", "    path(r")]},
        ROUTING,
        "path(r",
    ),
    Fault(
        "prefix-with-a-slash-first",
        "route-leading-slash",
        "site",
        {
            LOT_ROUTES: [
                ("websocket_urlpatterns = [", 'PREFIX = "/ws/"\n\nwebsocket_urlpatterns = ['),
                ('path("ws/feed/"', 'path(f"{PREFIX}feed/"'),
            ]
        },
        LOT_ROUTES,
        'f"{PREFIX}feed/"',
    ),
    Fault(
        "feed-swallows-the-lots",
        "route-shadowed",
        "site",
        {
            LOT_ROUTES: [
                ("import path", "import path, re_path"),
                ('path("ws/feed/"', 're_path(r"ws/"'),
            ]
        },
        LOT_ROUTES,
        're_path(r"ws/"',
    ),
    Fault(
        "lists-in-a-list",
        "router-argument",
        "site",
        {
            SITE_ASGI: [
                ("[*auction_sockets, *support_sockets]", "[auction_sockets, support_sockets]")
            ]
        },
        SITE_ASGI,
        "AuthMiddlewareStack(URLRouter",
    ),
    Fault(
        "router-outside-the-stack",
        "router-argument",
        "tutorial",
        {ASGI: [(STACK, "URLRouter(AuthMiddlewareStack(websocket_urlpatterns))")]},
        ASGI,
        "URLRouter(AuthMiddlewareStack",
    ),
    Fault(
        "protocols-as-keywords",
        "protocol-key",
        "site",
        {
            SITE_ASGI: [
                (
                    "    {\n"
                    '        "http": http_application,\n'
                    '        "websocket": websocket_application,\n'
                    "    }\n",
                    "    dict(http=http_application, ws=websocket_application)\n",
                )
            ]
        },
        SITE_ASGI,
        "ws=websocket_application",
    ),
    Fault(
        "second-application-wins",
        "application-replaced",
        "tutorial",
        {
            ASGI: [
                (
                    "        ),\n    }\n)\n",
                    "        ),\n    }\n)\n\napplication = get_asgi_application()\n",
                )
            ]
        },
        ASGI,
        "application = get_asgi_application()",
    ),
    Fault(
        "whitenoise-around-asgi",
        "wsgi-middleware-on-asgi",
        "site",
        {
            SITE_ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack",
                    "from whitenoise import WhiteNoise  # noqa: E402\n"
                    "from channels.auth import AuthMiddlewareStack",
                ),
                (
                    '        "websocket": websocket_application,\n    }\n)\n',
                    '        "websocket": websocket_application,\n    }\n)\n'
                    'application = WhiteNoise(application, root="staticfiles")\n',
                ),
            ],
            "requirements.txt": [("gunicorn>=23\n", "gunicorn>=23\nwhitenoise>=6.9\n")],
        },
        SITE_ASGI,
        "WhiteNoise(application",
    ),
    Fault(
        "sessions-but-no-users",
        "scope-user-missing",
        "site",
        {
            SITE_ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack",
                    "from channels.sessions import SessionMiddlewareStack",
                ),
                (SITE_STACK, SITE_STACK.replace("AuthMiddlewareStack", "SessionMiddlewareStack")),
            ]
        },
        SITE_ASGI,
        "SessionMiddlewareStack(URLRouter",
        paths=("auctions/consumers.py", "support/consumers.py"),
    ),
    Fault(
        "routes-before-django",
        "models-before-django",
        "site",
        {
            SITE_ASGI: [
                (
                    "from support.routing import websocket_urlpatterns as support_sockets"
                    "  # noqa: E402\n",
                    "",
                ),
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n"
                    "from support.routing import websocket_urlpatterns as support_sockets\n",
                ),
            ]
        },
        SITE_ASGI,
        "from support.routing",
    ),
]
