"""Faults in asgi.py and in the routes of sockets."""

from __future__ import annotations

from case import Fault

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CONSUMERS = "chat/consumers.py"
ROUTING = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
PRODUCTION = "config/settings/production.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"


def one(name, shape, base, path, old, new, anchor="", paths=()):
    """Return a fault that is one replacement in one file."""
    return Fault(name, shape, base, {path: [(old, new)]}, path, anchor, paths)


SITE_ASGI = "config/asgi.py"
SITE_ROUTING = "auctions/routing.py"
CHAT_ROUTE = r"""re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi())"""
LOT_ROUTE = 'path("ws/lots/<int:lot_id>/", LotConsumer.as_asgi())'
FEED_ROUTE = 'path("ws/feed/", FeedConsumer.as_asgi())'


def chat(name, shape, route, anchor):
    """Return a fault in the tutorial's only route."""
    return one(name, shape, "tutorial", ROUTING, CHAT_ROUTE, route, anchor)


FAULTS = [
    # TypeError at the first socket: the class is called with scope, receive and send.
    chat(
        "consumer class without as_asgi",
        "as-asgi",
        r"""re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer)""",
        "re_path(r",
    ),
    # The method itself is the application: as_asgi() takes 1 positional argument.
    chat(
        "as_asgi is not called",
        "as-asgi",
        r"""re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi)""",
        "re_path(r",
    ),
    # AttributeError at import: consumers are not views.
    one(
        "as_view for as_asgi",
        "as-asgi",
        "site",
        SITE_ROUTING,
        "LotConsumer.as_asgi()",
        "LotConsumer.as_view()",
        "as_view",
    ),
    # One consumer for all sockets: replies go to whoever connected last.
    one(
        "a consumer object in the route",
        "as-asgi",
        "site",
        "support/routing.py",
        "TicketConsumer.as_asgi()",
        "TicketConsumer()",
        "TicketConsumer()",
    ),
    # Pages end with a TypeError: get_asgi_application() takes no arguments.
    one(
        "get_asgi_application is not called",
        "asgi-call",
        "tutorial",
        ASGI,
        "django_asgi_app = get_asgi_application()",
        "django_asgi_app = get_asgi_application",
        "get_asgi_application",
    ),
    # A server that imports asgi.py ends: models before settings and apps are ready.
    one(
        "routing before get_asgi_application",
        "models-before-django",
        "site",
        SITE_ASGI,
        """from django.core.asgi import get_asgi_application

os.environ""",
        """from django.core.asgi import get_asgi_application

from auctions.routing import websocket_urlpatterns as early  # noqa: F401

os.environ""",
        "as early",
    ),
    # The user model is imported before Django is ready.
    one(
        "a model before get_asgi_application",
        "models-before-django",
        "site",
        SITE_ASGI,
        "import os\n\nfrom django.core.asgi",
        "import os\n\nfrom django.contrib.auth.models import User  # noqa: F401\n"
        "from django.core.asgi",
        "import User",
    ),
    # ImproperlyConfigured: settings are asked for before the variable is set.
    one(
        "settings variable after get_asgi_application",
        "settings-module-late",
        "tutorial",
        ASGI,
        """os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
# Initialize Django first: the routing imports code that may import models.
django_asgi_app = get_asgi_application()
""",
        """# Initialize Django first: the routing imports code that may import models.
django_asgi_app = get_asgi_application()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
""",
        "get_asgi_application()",
    ),
    # ModuleNotFoundError: No module named 'mysite.setting'.
    one(
        "asgi.py names settings that do not exist",
        "settings-module-wrong",
        "tutorial",
        ASGI,
        '"mysite.settings"',
        '"mysite.setting"',
        "DJANGO_SETTINGS_MODULE",
    ),
    # After the split only production.py and its neighbours exist.
    one(
        "asgi.py names a settings file of another project",
        "settings-module-wrong",
        "site",
        SITE_ASGI,
        "config.settings.production",
        "config.settings.prod",
        "DJANGO_SETTINGS_MODULE",
    ),
    # The package is empty: no SECRET_KEY, no INSTALLED_APPS.
    one(
        "asgi.py names the empty settings package",
        "settings-module-wrong",
        "site",
        SITE_ASGI,
        "config.settings.production",
        "config.settings",
        "DJANGO_SETTINGS_MODULE",
    ),
    # ValueError: No application configured for scope type 'websocket'.
    one(
        "websockets for websocket",
        "protocol-key",
        "tutorial",
        ASGI,
        '"websocket": Allowed',
        '"websockets": Allowed',
        '"websockets"',
    ),
    # The same with the scheme of the address.
    one(
        "ws for websocket",
        "protocol-key",
        "site",
        SITE_ASGI,
        '"websocket": websocket_application',
        '"ws": websocket_application',
        '"ws"',
    ),
    # Pages: No application configured for scope type 'http'.
    one(
        "no application for http",
        "protocol-key",
        "tutorial",
        ASGI,
        '        "http": django_asgi_app,\n',
        "",
        "ProtocolTypeRouter(",
    ),
    # No sockets: the router has pages only.
    one(
        "the websocket application is not in the router",
        "protocol-key",
        "site",
        SITE_ASGI,
        '        "websocket": websocket_application,\n',
        "",
        "ProtocolTypeRouter(",
    ),
    # The line of startproject stayed at the end and wins: sockets get 500.
    one(
        "application is replaced at the end of asgi.py",
        "application-replaced",
        "site",
        SITE_ASGI,
        """        "websocket": websocket_application,
    }
)
""",
        """        "websocket": websocket_application,
    }
)

application = get_asgi_application()
""",
        "application = get_asgi_application()",
    ),
    # The name the servers and the setting ask for is not there.
    one(
        "asgi.py calls it app",
        "application-name",
        "tutorial",
        ASGI,
        "application = ProtocolTypeRouter(",
        "app = ProtocolTypeRouter(",
        "app = ProtocolTypeRouter(",
        (SETTINGS,),
    ),
    # URLRouter takes the leading slash off the path: this never matches.
    chat(
        "route with a leading slash",
        "route-slash",
        r"""re_path(r"^/ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi())""",
        "re_path(r",
    ),
    # The same for path().
    one(
        "path with a leading slash",
        "route-slash",
        "site",
        SITE_ROUTING,
        '"ws/feed/"',
        '"/ws/feed/"',
        '"/ws/feed/"',
    ),
    # path() takes the text literally.
    Fault(
        "a regular expression in path()",
        "route-syntax",
        "tutorial",
        {
            ROUTING: [
                ("from django.urls import re_path", "from django.urls import path"),
                ("    re_path(r", "    path(r"),
            ]
        },
        ROUTING,
        "path(r",
    ),
    # re_path() takes <int:…> literally.
    Fault(
        "a converter in re_path()",
        "route-syntax",
        "site",
        {
            SITE_ROUTING: [
                ("from django.urls import path", "from django.urls import path, re_path"),
                ('path("ws/lots/<int:lot_id>/"', 're_path(r"^ws/lots/<int:lot_id>/$"'),
            ]
        },
        SITE_ROUTING,
        "re_path(r",
    ),
    # ImproperlyConfigured: not a valid regular expression.
    chat(
        "a group without its end",
        "route-syntax",
        r"""re_path(r"ws/chat/(?P<room_name\w+)/$", consumers.ChatConsumer.as_asgi())""",
        "re_path(r",
    ),
    # ImproperlyConfigured: URL route uses an invalid converter.
    one(
        "a converter that does not exist",
        "route-syntax",
        "site",
        SITE_ROUTING,
        "<int:lot_id>",
        "<integer:lot_id>",
        "<integer:lot_id>",
    ),
    # KeyError: 'room_name' at each connection.
    one(
        "the route calls it room",
        "route-kwarg",
        "tutorial",
        ROUTING,
        "?P<room_name>",
        "?P<room>",
        "?P<room>",
        (CONSUMERS,),
    ),
    # A group without a name is in args, not in kwargs: KeyError.
    one(
        "the group of the route has no name",
        "route-kwarg",
        "site",
        "support/routing.py",
        r"(?P<ticket_id>\d+)",
        r"(\d+)",
        r"(\d+)",
        (TICKETS,),
    ),
    # KeyError: 'pk'.
    one(
        "the consumer asks for pk",
        "route-kwarg",
        "site",
        LOTS,
        '["kwargs"]["lot_id"]',
        '["kwargs"]["pk"]',
        '["pk"]',
        (SITE_ROUTING,),
    ),
    # No $ at the end: each address below ws/ is taken by the feed.
    Fault(
        "an open pattern before the others",
        "route-shadowed",
        "site",
        {
            SITE_ROUTING: [
                ("from django.urls import path", "from django.urls import path, re_path"),
                (FEED_ROUTE, 're_path(r"^ws/", FeedConsumer.as_asgi())'),
            ]
        },
        SITE_ROUTING,
        "ws/",
    ),
    # The catch-all in front takes every lot.
    one(
        "a catch-all before the others",
        "route-shadowed",
        "site",
        SITE_ROUTING,
        f"    {FEED_ROUTE},\n",
        '    path("ws/<path:rest>", FeedConsumer.as_asgi()),\n',
        "ws/",
    ),
    # The second consumer at the same address is never reached.
    one(
        "two routes with one address",
        "route-shadowed",
        "site",
        SITE_ROUTING,
        LOT_ROUTE,
        'path("ws/feed/", LotConsumer.as_asgi())',
        "ws/feed/",
        (LOTS, "auctions/static/auctions/lot.js"),
    ),
    # ImproperlyConfigured: include() is not supported in URLRouter.
    Fault(
        "include in a router",
        "router-include",
        "site",
        {
            SITE_ASGI: [
                (
                    "from channels.auth import",
                    "from django.urls import include, path  # noqa: E402\n"
                    "from channels.auth import",
                ),
                (
                    "URLRouter([*auction_sockets, *support_sockets])",
                    'URLRouter([path("", include(auction_sockets)), *support_sockets])',
                ),
            ]
        },
        SITE_ASGI,
        "include(auction_sockets)",
    ),
    # AttributeError at import: 'list' object has no attribute 'callback'.
    one(
        "lists in the list of routes",
        "router-argument",
        "site",
        SITE_ASGI,
        "[*auction_sockets, *support_sockets]",
        "[auction_sockets, support_sockets]",
        "URLRouter([",
    ),
    # TypeError: 'module' object is not iterable.
    Fault(
        "the module in place of its list",
        "router-argument",
        "tutorial",
        {
            ASGI: [
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402",
                    "from chat import routing  # noqa: E402",
                ),
                ("URLRouter(websocket_urlpatterns)", "URLRouter(routing)"),
            ]
        },
        ASGI,
        "URLRouter(routing)",
    ),
    # Each socket: 'list' object is not callable.
    one(
        "routes without a router",
        "router-argument",
        "tutorial",
        ASGI,
        "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
        "AuthMiddlewareStack(websocket_urlpatterns)",
        "AuthMiddlewareStack(websocket_urlpatterns)",
    ),
    # Views are called with scope, receive and send.
    one(
        "page routes in the socket router",
        "router-argument",
        "tutorial",
        ASGI,
        "from chat.routing import websocket_urlpatterns  # noqa: E402",
        "from chat.urls import urlpatterns as websocket_urlpatterns  # noqa: E402",
        "chat.urls",
    ),
    # The page of a ticket opens a socket that no route has: ValueError.
    one(
        "an app's routes are not in the router",
        "router-incomplete",
        "site",
        SITE_ASGI,
        "URLRouter([*auction_sockets, *support_sockets])",
        "URLRouter(auction_sockets)",
        "URLRouter(auction_sockets)",
        ("support/routing.py", "support/static/support/ticket.js"),
    ),
    # ImportError: cannot import name 'websocket_urlpatterns'.
    one(
        "the list has another name than asgi.py imports",
        "import-name",
        "tutorial",
        ROUTING,
        "websocket_urlpatterns = [",
        "websocket_urlpattern = [",
        "websocket_urlpattern",
        (ASGI,),
    ),
    # AttributeError: module 'chat.consumers' has no attribute 'ChatConsumers'.
    one(
        "the route names a consumer that does not exist",
        "import-name",
        "tutorial",
        ROUTING,
        "consumers.ChatConsumer.as_asgi()",
        "consumers.ChatConsumers.as_asgi()",
        "ChatConsumers",
    ),
    # ImportError: it is in channels.auth.
    one(
        "AuthMiddlewareStack from another module",
        "import-name",
        "deployed",
        ASGI,
        "from channels.auth import AuthMiddlewareStack",
        "from channels.middleware import AuthMiddlewareStack",
        "channels.middleware",
    ),
    # The module of Channels 1 is gone: ModuleNotFoundError.
    one(
        "an import from a module of Channels 1",
        "import-name",
        "deployed",
        ASGI,
        "from django.core.asgi import get_asgi_application",
        "from channels.asgi import get_asgi_application",
        "channels.asgi",
    ),
    # SyntaxError: a comma is missing.
    one(
        "a comma is missing between routes",
        "syntax",
        "site",
        SITE_ROUTING,
        f"    {FEED_ROUTE},\n",
        f"    {FEED_ROUTE}\n",
        "ws/",
    ),
]
