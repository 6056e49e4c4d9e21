"""Single faults in routes, asgi.py and authentication."""

from case import Fault

R = "chat/routing.py"
G = "mysite/asgi.py"
C = "chat/consumers.py"
A = "auctions/consumers.py"
AR = "auctions/routing.py"
CG = "config/asgi.py"
ROUTE = r'    re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi()),' + "\n"
SITE_STACK = """websocket_application = AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))
)
"""

JWT = '''from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


@database_sync_to_async
def user_of(credential):
    try:
        pk = signing.loads(credential, salt="socket", max_age=60)
        return get_user_model().objects.get(pk=pk)
    except (signing.BadSignature, get_user_model().DoesNotExist):
        return AnonymousUser()


class SignedUserMiddleware:
    """Takes the user from a header of the mobile client, which has no cookies."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        headers = dict(scope["headers"])
        if ticket := headers.get(b"x-ticket"):
            scope = dict(scope, user=await user_of(ticket.decode()))
        return await self.inner(scope, receive, send)
'''
LATE = "from channels.auth import AuthMiddlewareStack  # noqa: E402\n"
WRAPPED = """websocket_application = AllowedHostsOriginValidator(
    AuthMiddlewareStack(SignedUserMiddleware(URLRouter([*auction_sockets, *support_sockets])))
)
"""

FAULTS = [
    Fault(
        name="group_of_the_route_without_a_name",
        shape="url_route keyword that the route does not have",
        base="tutorial",
        edits={R: [(r"(?P<room_name>\w+)", r"(\w+)")]},
        path=R,
        anchor=r"ws/chat/(\w+)/$",
        paths=(C,),
    ),
    Fault(
        name="keyword_pk_is_lot_id_in_the_route",
        shape="url_route keyword that the route does not have",
        base="site",
        edits={
            A: [
                (
                    '        self.lot_id = self.scope["url_route"]["kwargs"]["lot_id"]\n',
                    '        match self.scope["url_route"]:\n'
                    '            case {"kwargs": kwargs}:\n'
                    '                self.lot_id = int(kwargs["pk"])\n',
                )
            ]
        },
        path=A,
        anchor='kwargs["pk"]',
        paths=(AR,),
    ),
    Fault(
        name="nested_router_repeats_the_prefix",
        shape="page opens a path that no route has",
        base="tutorial",
        edits={
            G: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\nfrom django.urls"
                    " import path\n",
                ),
                (
                    "URLRouter(websocket_urlpatterns)",
                    'URLRouter([path("ws/", URLRouter(websocket_urlpatterns))])',
                ),
            ],
            R: [
                (
                    "from django.urls import re_path\n",
                    "from django.urls import path\n",
                ),
                (
                    ROUTE,
                    '    path("ws/chat/<slug:room_name>/", consumers.ChatConsumer.as_asgi()),\n',
                ),
            ],
        },
        path=G,
        anchor='path("ws/", URLRouter(',
        paths=(R, "chat/templates/chat/room.html"),
    ),
    Fault(
        name="outer_route_ends_before_the_inner_router",
        shape="nested router behind a $",
        base="tutorial",
        edits={
            G: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\nfrom django.urls"
                    " import re_path\n",
                ),
                (
                    "URLRouter(websocket_urlpatterns)",
                    'URLRouter([re_path(r"^ws/$", URLRouter(websocket_urlpatterns))])',
                ),
            ],
            R: [(r're_path(r"ws/chat/', r're_path(r"^chat/')],
        },
        path=G,
        anchor='re_path(r"^ws/$"',
        paths=("chat/templates/chat/room.html",),
    ),
    Fault(
        name="route_anchored_before_a_slash",
        shape="route with a leading slash",
        base="site",
        edits={"support/routing.py": [('r"^ws/support/', 'r"^/ws/support/')]},
        path="support/routing.py",
        anchor='r"^/ws/support/',
        paths=("support/static/support/ticket.js",),
    ),
    Fault(
        name="prefix_route_shadows_the_others",
        shape="shadowed route",
        base="site",
        edits={
            AR: [
                ("from django.urls import path\n", "from django.urls import path, re_path\n"),
                (
                    '    path("ws/feed/", FeedConsumer.as_asgi()),\n',
                    '    re_path(r"^ws/", FeedConsumer.as_asgi()),\n',
                ),
            ]
        },
        path=AR,
        anchor='re_path(r"^ws/", FeedConsumer',
        paths=("support/routing.py",),
    ),
    Fault(
        name="router_key_websockets",
        shape="wrong key of ProtocolTypeRouter",
        base="site",
        edits={
            CG: [
                (
                    """application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": websocket_application,
    }
)
""",
                    "application = ProtocolTypeRouter(dict(http=http_application,"
                    " websockets=websocket_application))\n",
                )
            ]
        },
        path=CG,
        anchor="websockets=websocket_application",
    ),
    Fault(
        name="origin_validator_around_everything",
        shape="origin validator around HTTP",
        base="tutorial",
        edits={
            G: [
                (
                    """application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
""",
                    """application = AllowedHostsOriginValidator(
    ProtocolTypeRouter(
        {
            "http": django_asgi_app,
            "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
        }
    )
)
""",
                )
            ]
        },
        path=G,
        anchor="application = AllowedHostsOriginValidator(",
    ),
    Fault(
        name="middleware_imports_models_before_django",
        shape="models before django",
        base="site",
        edits={
            "config/signed_user.py": JWT,
            CG: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n\nfrom"
                    " config.signed_user import SignedUserMiddleware\n",
                ),
                (SITE_STACK, WRAPPED),
            ],
        },
        path=CG,
        anchor="from config.signed_user import",
        paths=("config/signed_user.py",),
    ),
    Fault(
        name="middleware_does_not_await_the_inner_application",
        shape="middleware without await",
        base="site",
        edits={
            "config/signed_user.py": JWT.replace("return await self.inner(", "return self.inner("),
            CG: [
                (
                    "from support.routing import",
                    "from config.signed_user import SignedUserMiddleware  # noqa: E402\n"
                    "from support.routing import",
                ),
                (SITE_STACK, WRAPPED),
            ],
        },
        path="config/signed_user.py",
        anchor="return self.inner(",
    ),
    Fault(
        name="middleware_queries_in_async_call",
        shape="query in async code",
        base="site",
        edits={
            "config/signed_user.py": JWT.replace("@database_sync_to_async\n", "")
            .replace("from channels.db import database_sync_to_async\n", "")
            .replace("user=await user_of(", "user=user_of("),
            CG: [
                (
                    "from support.routing import",
                    "from config.signed_user import SignedUserMiddleware  # noqa: E402\n"
                    "from support.routing import",
                ),
                (SITE_STACK, WRAPPED),
            ],
        },
        path="config/signed_user.py",
        anchor="user=user_of(",
    ),
    Fault(
        name="accept_language_header_as_text",
        shape="header looked up as text",
        base="site",
        edits={
            A: [
                (
                    """        if not self.user.is_authenticated:
""",
                    '        self.language = dict(self.scope["headers"])["accept-language"]'
                    '.split(",")[0]\n'
                    "        if not self.user.is_authenticated:\n",
                )
            ]
        },
        path=A,
        anchor='["accept-language"]',
    ),
    Fault(
        name="anonymous_user_is_true",
        shape="authentication check that never fails",
        base="site",
        edits={
            A: [("        if not self.user.is_authenticated:\n", "        if not self.user:\n")]
        },
        path=A,
        anchor="if not self.user:",
    ),
    Fault(
        name="sessions_without_authentication",
        shape="scope user without AuthMiddleware",
        base="site",
        edits={
            CG: [
                (LATE, ""),
                (
                    "from channels.security.websocket import AllowedHostsOriginValidator "
                    " # noqa: E402\n",
                    "from channels.security.websocket import AllowedHostsOriginValidator "
                    " # noqa: E402\n"
                    "from channels.sessions import SessionMiddlewareStack  # noqa: E402\n",
                ),
                ("    AuthMiddlewareStack(URLRouter", "    SessionMiddlewareStack(URLRouter"),
            ]
        },
        path=CG,
        anchor="    SessionMiddlewareStack(URLRouter",
        paths=(A, "support/consumers.py"),
    ),
    Fault(
        name="origin_validator_that_lets_all_in",
        shape="no origin check",
        base="site",
        edits={
            CG: [
                ("import AllowedHostsOriginValidator", "import OriginValidator"),
                (
                    SITE_STACK,
                    """websocket_application = OriginValidator(
    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets])), ["*"]
)
""",
                ),
            ]
        },
        path=CG,
        anchor='support_sockets])), ["*"]',
    ),
]
