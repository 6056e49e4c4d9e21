"""The server process of `manage.py smoke`: the project, on a temporary database."""

import json
import os
import sys
import threading
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.urls import path


def main() -> None:
    """Serve on the given port; the databases' names are one line of JSON on standard input."""
    port = sys.argv[1]
    django.setup()
    _add_routes()
    _isolate(port)
    for alias, name in json.loads(sys.stdin.readline()).items():
        connections[alias].settings_dict["NAME"] = name
    end_with_parent()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)


def _add_routes() -> None:
    """Add the routes of the checks, which production does not have."""
    from channels.generic.websocket import AsyncWebsocketConsumer

    from channels_realtime.asgi import extra_routes
    from channels_realtime.consumers.base import MessageConsumer
    from channels_realtime.messages import Message
    from channels_realtime.publishing import apublish

    class EchoConsumer(AsyncWebsocketConsumer):
        channel_layer_alias = None  # it shows that a socket works, with or without a layer

        async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
            await self.send(text_data=text_data, bytes_data=bytes_data)

    class Text(Message, tag="smoke.text"):
        text: str

    class BroadcastConsumer(MessageConsumer):
        accepts = Text

        def get_groups(self) -> list[str]:
            return ["smoke"]

        async def receive_message(self, message: Text) -> None:
            await apublish("smoke", message)

    extra_routes.append(path("ws/smoke/echo/", EchoConsumer.as_asgi()))
    extra_routes.append(path("ws/smoke/broadcast/", BroadcastConsumer.as_asgi()))


def _isolate(port: str) -> None:
    """Keep messages from the project's real sockets, and answer at http://127.0.0.1."""
    config = settings.CHANNEL_LAYERS["default"].get("CONFIG", {})
    if "prefix" in config:
        config["prefix"] += f"-smoke-{port}"
    if settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    settings.SECURE_SSL_REDIRECT = False


def end_with_parent() -> None:
    """End this process when its standard input ends, and so with its parent process."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
