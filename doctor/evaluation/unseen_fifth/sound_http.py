"""Sound neighbours of sockets: health checks, htmx, REST and GraphQL."""

from case import Sound

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
CHAT = "chat/consumers.py"
ROOM = "chat/templates/chat/room.html"
SITE_URLS = "config/urls.py"
INSTALLED = '    "auctions",\n    "support",\n'

SOUND = [
    Sound(
        name="health_of_database_and_layer",
        shape="health check",
        base="site",
        edits={
            "config/health.py": (
                "from asgiref.sync import async_to_sync\n"
                "from channels.layers import get_channel_layer\n"
                "from django.db import connection\n"
                "from django.http import JsonResponse\n\n\n"
                "async def layer_answers():\n"
                "    layer = get_channel_layer()\n"
                "    channel = await layer.new_channel()\n"
                '    await layer.send(channel, {"type": "health.probe"})\n'
                '    return (await layer.receive(channel))["type"] == "health.probe"\n\n\n'
                "def health(request):\n"
                "    connection.ensure_connection()\n"
                "    fine = async_to_sync(layer_answers)()\n"
                '    return JsonResponse({"layer": fine}, status=200 if fine else 503)\n'
            ),
            SITE_URLS: [
                (
                    "from django.urls import include, path\n",
                    "from django.urls import include, path\n\nfrom config.health import health\n",
                ),
                (
                    "urlpatterns = [\n",
                    'urlpatterns = [\n    path("healthz", health),\n',
                ),
            ],
            "deploy/nginx.conf": [
                (
                    "        location / {\n",
                    "        location = /healthz {\n"
                    "            allow 10.0.0.0/8;\n"
                    "            deny all;\n"
                    "            proxy_pass http://auction;\n"
                    "            proxy_set_header Host $http_host;\n"
                    "        }\n\n"
                    "        location / {\n",
                )
            ],
        },
    ),
    Sound(
        name="liveness_before_the_router",
        shape="health check",
        base="deployed",
        edits={
            "mysite/live.py": (
                "class Liveness:\n"
                '    """Answers /live without Django, so that a slow database is no death."""\n\n'
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        if scope["type"] != "http" or scope["path"] != "/live":\n'
                "            return await self.app(scope, receive, send)\n"
                '        headers = [(b"content-type", b"text/plain")]\n'
                '        await send({"type": "http.response.start", "status": 200, '
                '"headers": headers})\n'
                '        await send({"type": "http.response.body", "body": b"ok"})\n'
            ),
            ASGI: [
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
                    "from mysite.live import Liveness  # noqa: E402\n",
                ),
                (
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n"
                    "        ),\n    }\n)\n",
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n"
                    "        ),\n    }\n)\n\napplication = Liveness(application)\n",
                ),
            ],
        },
    ),
    Sound(
        name="fragments_for_htmx",
        shape="htmx",
        base="tutorial",
        edits={
            CHAT: (
                "from channels.db import database_sync_to_async\n"
                "from channels.generic.websocket import AsyncJsonWebsocketConsumer\n"
                "from django.template.loader import render_to_string\n\n\n"
                "class ChatConsumer(AsyncJsonWebsocketConsumer):\n"
                "    async def connect(self):\n"
                '        name = self.scope["url_route"]["kwargs"]["room_name"]\n'
                '        self.groups.append(f"room.{name.encode().hex()[:80]}")\n'
                "        await self.channel_layer.group_add(self.groups[0], self.channel_name)\n"
                "        await self.accept()\n\n"
                "    async def receive_json(self, content, **kwargs):\n"
                '        text = str(content.get("chat_message", ""))[:500]\n'
                "        await self.channel_layer.group_send(\n"
                '            self.groups[0], {"type": "room.line", "text": text}\n'
                "        )\n\n"
                "    async def room_line(self, event):\n"
                "        await self.send(text_data=await self.render(event))\n\n"
                "    @database_sync_to_async\n"
                "    def render(self, event):\n"
                '        return render_to_string("chat/line.html", '
                '{"text": event["text"], "user": self.scope["user"]})\n'
            ),
            "chat/templates/chat/line.html": (
                '<ol id="lines" hx-swap-oob="beforeend"><li>{{ text }}</li></ol>\n'
            ),
            ROOM: (
                "<!DOCTYPE html>\n"
                '<html lang="en">\n'
                "<head>\n"
                "    <title>Chat Room</title>\n"
                '    <script src="https://cdn.jsdelivr.net/npm/htmx.org@2.0.4"></script>\n'
                '    <script src="https://cdn.jsdelivr.net/npm/htmx-ext-ws@2.0.2"></script>\n'
                "</head>\n"
                '<body hx-ext="ws" ws-connect="/ws/chat/{{ room_name }}/">\n'
                '    <ol id="lines"></ol>\n'
                '    <form ws-send><input name="chat_message"></form>\n'
                "</body>\n"
                "</html>\n"
            ),
            "chat/tests.py": None,
        },
    ),
    Sound(
        name="view_set_tells_after_commit",
        shape="Django REST framework",
        base="site",
        edits={
            "requirements.txt": [("gunicorn>=23", "djangorestframework>=3.16\ngunicorn>=23")],
            "config/settings/base.py": [(INSTALLED, '    "rest_framework",\n' + INSTALLED)],
            "support/api.py": (
                "from functools import partial\n\n"
                "from asgiref.sync import async_to_sync\n"
                "from channels.layers import get_channel_layer\n"
                "from django.db import transaction\n"
                "from rest_framework import permissions, serializers, viewsets\n\n"
                "from .models import Reply\n\n\n"
                "class ReplySerializer(serializers.ModelSerializer):\n"
                '    author = serializers.CharField(source="author.username", read_only=True)\n\n'
                "    class Meta:\n"
                "        model = Reply\n"
                '        fields = ["author", "text", "written_at", "ticket"]\n'
                '        read_only_fields = ["written_at"]\n\n'
                "    def validate_ticket(self, ticket):\n"
                '        user = self.context["request"].user\n'
                "        if not user.is_staff and ticket.owner_id != user.pk:\n"
                '            raise serializers.ValidationError("Not your ticket.")\n'
                "        return ticket\n\n\n"
                "def tell(reply_data):\n"
                "    async_to_sync(get_channel_layer().group_send)(\n"
                "        f\"ticket.{reply_data['ticket']}\",\n"
                '        {"type": "ticket.reply", "reply": reply_data},\n'
                "    )\n\n\n"
                "class ReplyViewSet(viewsets.ModelViewSet):\n"
                "    serializer_class = ReplySerializer\n"
                "    permission_classes = [permissions.IsAuthenticated]\n\n"
                "    def get_queryset(self):\n"
                "        return Reply.objects.filter(author=self.request.user)\n\n"
                "    def perform_create(self, serializer):\n"
                "        serializer.save(author=self.request.user)\n"
                "        # The serializer's data has texts for dates: the layer carries them.\n"
                "        transaction.on_commit(partial(tell, dict(serializer.data)))\n"
            ),
            SITE_URLS: [
                (
                    "from django.urls import include, path\n",
                    "from django.urls import include, path\n"
                    "from rest_framework.routers import DefaultRouter\n\n"
                    "from support.api import ReplyViewSet\n\n"
                    "router = DefaultRouter()\n"
                    'router.register("replies", ReplyViewSet, basename="reply")\n',
                ),
                (
                    "urlpatterns = [\n",
                    'urlpatterns = [\n    path("api/", include(router.urls)),\n',
                ),
            ],
        },
    ),
    Sound(
        name="api_view_posts_to_a_room",
        shape="Django REST framework",
        base="tutorial",
        edits={
            "requirements.txt": [
                ("daphne>=4.2,<5\n", "daphne>=4.2,<5\ndjangorestframework>=3.16\n")
            ],
            SETTINGS: [('    "chat",\n', '    "chat",\n    "rest_framework",\n')],
            "chat/api.py": (
                "from asgiref.sync import async_to_sync\n"
                "from channels.layers import get_channel_layer\n"
                "from rest_framework import serializers, status\n"
                "from rest_framework.permissions import IsAdminUser\n"
                "from rest_framework.response import Response\n"
                "from rest_framework.views import APIView\n\n\n"
                "class LineSerializer(serializers.Serializer):\n"
                '    room = serializers.RegexField(r"^[A-Za-z0-9_]{1,50}$")\n'
                "    message = serializers.CharField(max_length=500)\n\n\n"
                "class AnnounceView(APIView):\n"
                "    permission_classes = [IsAdminUser]\n\n"
                "    def post(self, request):\n"
                "        serializer = LineSerializer(data=request.data)\n"
                "        serializer.is_valid(raise_exception=True)\n"
                "        data = serializer.validated_data\n"
                "        send = async_to_sync(get_channel_layer().group_send)\n"
                "        send(f\"chat_{data['room']}\", "
                '{"type": "chat.message", "message": data["message"]})\n'
                "        return Response(status=status.HTTP_202_ACCEPTED)\n"
            ),
            "mysite/urls.py": [
                (
                    "from django.urls import include, path\n",
                    "from django.urls import include, path\n\nfrom chat.api import AnnounceView\n",
                ),
                (
                    "urlpatterns = [\n",
                    'urlpatterns = [\n    path("api/announce/", AnnounceView.as_view()),\n',
                ),
            ],
        },
    ),
    Sound(
        name="strawberry_subscriptions",
        shape="GraphQL subscriptions",
        base="tutorial",
        edits={
            "requirements.txt": [
                ("daphne>=4.2,<5\n", "daphne>=4.2,<5\nstrawberry-graphql[channels]>=0.260\n")
            ],
            "chat/schema.py": (
                "from collections.abc import AsyncGenerator\n\n"
                "import strawberry\n"
                "from strawberry.types import Info\n\n\n"
                "@strawberry.type\n"
                "class Query:\n"
                "    @strawberry.field\n"
                "    def hello(self) -> str:\n"
                '        return "world"\n\n\n'
                "@strawberry.type\n"
                "class Subscription:\n"
                "    @strawberry.subscription\n"
                "    async def lines(self, info: Info, room: str) -> AsyncGenerator[str, None]:\n"
                '        consumer = info.context["ws"]\n'
                "        if not (room.isascii() and room.isidentifier() and len(room) < 50):\n"
                '            raise ValueError("This is no name of a room.")\n'
                '        group = f"chat_{room}"\n'
                "        async with consumer.listen_to_channel("
                '"chat.message", groups=[group]) as events:\n'
                "            async for event in events:\n"
                '                yield event["message"]\n\n\n'
                "schema = strawberry.Schema(query=Query, subscription=Subscription)\n"
            ),
            ASGI: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n"
                    "from django.urls import re_path\n"
                    "from strawberry.channels import GraphQLHTTPConsumer, GraphQLWSConsumer\n",
                ),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
                    "from chat.schema import schema  # noqa: E402\n\n"
                    'GRAPHQL = r"^graphql/?$"\n',
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": AuthMiddlewareStack(\n'
                    "            URLRouter(\n"
                    "                [\n"
                    "                    re_path(GRAPHQL, "
                    "GraphQLHTTPConsumer.as_asgi(schema=schema)),\n"
                    '                    re_path(r"", django_asgi_app),\n'
                    "                ]\n"
                    "            )\n"
                    "        ),\n",
                ),
                (
                    "URLRouter(websocket_urlpatterns)",
                    "URLRouter([re_path(GRAPHQL, GraphQLWSConsumer.as_asgi(schema=schema)), "
                    "*websocket_urlpatterns])",
                ),
            ],
        },
    ),
]
