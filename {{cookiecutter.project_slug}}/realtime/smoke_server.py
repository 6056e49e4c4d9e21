"""The server process of `manage.py smoke`: the project as it is, on a throw-away database."""

import json
import os
import sys
import threading

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.urls import path


def main() -> None:
    """Serve on the port given; the databases' names come as one line of JSON on stdin."""
    port = sys.argv[1]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    _add_route()
    _keep_apart(port)
    for alias, name in json.loads(sys.stdin.readline()).items():
        connections[alias].settings_dict["NAME"] = name
    end_with_parent()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)


def _add_route() -> None:
    """Add `ws/smoke/`, which production has no use for."""
    from config.routing import websocket_urlpatterns
    from realtime.consumers import MessageConsumer
    from realtime.messages import Message
    from realtime.publish import apublish

    class Text(Message, tag="smoke.text"):
        text: str

    class BroadcastConsumer(MessageConsumer):
        accepts = Text

        def group_names(self) -> list[str]:
            return ["smoke"]

        async def receive_message(self, message: Text) -> None:
            await apublish("smoke", message)

    websocket_urlpatterns.insert(0, path("ws/smoke/", BroadcastConsumer.as_asgi()))


def _keep_apart(port: str) -> None:
    """Let no message reach the project's real sockets, and be reachable as http://127.0.0.1."""
    config = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    if "prefix" in config:
        config["prefix"] += f"-smoke-{port}"
    if settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    settings.SECURE_SSL_REDIRECT = False


def end_with_parent() -> None:
    """End this process when its standard input does: its parent is gone, however that ended."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
