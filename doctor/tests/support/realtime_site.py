"""A sample site on channels_realtime, in the shape of `django-admin startproject`."""

import shutil

from channels_doctor.examine.channels.api import PACKAGE
from support.paths import REALTIME_SOURCE

SOURCE = REALTIME_SOURCE
SETTINGS = """
import os
from pathlib import Path

from channels_realtime.layers import channel_layers_from_url

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY", "for-tests-alone-" + "x" * 50)
DEBUG = False
ALLOWED_HOSTS = ["www.example.com"]
CSRF_TRUSTED_ORIGINS = ["https://www.example.com"]
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels_realtime",
    "chat",
]
SESSION_COOKIE_DOMAIN = "example.com"  # other subdomains are of the same site
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "mysite.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ASGI_APPLICATION = "mysite.asgi.application"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
CHANNEL_LAYER_URL = os.environ.get("CHANNEL_LAYER_URL", "memory://")
CHANNEL_LAYERS = channel_layers_from_url(CHANNEL_LAYER_URL, prefix="mysite")
"""
ASGI = """
import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_application = get_asgi_application()

from channels_realtime.asgi import HTTPStack, WebSocketStack, lifespan  # noqa: E402
from mysite.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": HTTPStack(django_application),
        "websocket": WebSocketStack(websocket_urlpatterns),
        "lifespan": lifespan,
    }
)
"""
ROUTING = """
from chat.consumers import AnnouncementConsumer, ChatConsumer
from django.urls import path

websocket_urlpatterns = [
    path("ws/chat/<str:room>/", ChatConsumer.as_asgi()),
    path("ws/announcements/", AnnouncementConsumer.as_asgi()),
]
"""
CONSUMERS = """
from asgiref.sync import sync_to_async
from channels_realtime.consumers import MessageConsumer
from channels_realtime.layers import group_name
from channels_realtime.messages import Message
from channels_realtime.publishing import apublish
from chat.models import Entry


class Say(Message):
    text: str


class Said(Message):
    user: str
    text: str


class ChatConsumer(MessageConsumer):
    accepts = Say
    sends = Said

    async def has_permission(self):
        self.room = self.scope["url_route"]["kwargs"]["room"]
        return self.room.isprintable()

    def get_groups(self):
        return [group_name("chat.room", self.room)]

    async def connect(self):
        self.name = self.scope["user"].get_username()

    async def receive_message(self, message):
        await sync_to_async(Entry.objects.create)(room=self.room, text=message.text)
        await apublish(group_name("chat.room", self.room), Said(self.name, message.text))

    async def chat_closed(self, event):
        await self.send_error("closed", event["reason"])


class AnnouncementConsumer(MessageConsumer):
    login_required = False
    sends = Said

    def get_groups(self):
        return ["announcements"]

    async def receive_message(self, message):
        raise NotImplementedError
"""
VIEWS = """
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from channels_realtime.layers import group_name
from django.http import HttpResponse


def close(request, room):
    layer = get_channel_layer()
    event = {"type": "chat.closed", "reason": "over"}
    async_to_sync(layer.group_send)(group_name("chat.room", room), event)
    return HttpResponse()
"""
URLS = """
from chat.views import close
from django.urls import path

urlpatterns = [path("<str:room>/", close)]
"""
MODELS = """
from django.db import models


class Entry(models.Model):
    room = models.TextField()
    text = models.TextField()
"""
MANAGE = """
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""
SITE = {
    "manage.py": MANAGE,
    "mysite/__init__.py": "",
    "mysite/settings.py": SETTINGS,
    "mysite/asgi.py": ASGI,
    "mysite/routing.py": ROUTING,
    "mysite/urls.py": URLS,
    "chat/__init__.py": "",
    "chat/models.py": MODELS,
    "chat/consumers.py": CONSUMERS,
    "chat/views.py": VIEWS,
    "requirements.txt": "channels==4.3.2\nchannels-redis==4.3.0\ndaphne==4.2.3\nredis==8.0.0\n"
    "uvicorn==0.35.0\nwebsockets==15.0.1\n",
    "Procfile": "web: uvicorn mysite.asgi:application --workers 4\n",
}


def make_site(folder, changes=None):
    """Make the site in a folder.

    `changes` maps paths to [(old text, new text)], or to the whole text of a file.
    """
    for path, text in {**SITE, **dict.fromkeys(changes or {}, "")}.items():
        change = (changes or {}).get(path, [])
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        whole = isinstance(change, str)
        (folder / path).write_text(change if whole else replaced(SITE.get(path, text), change))
    return folder


def replaced(text, pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def vendor(folder):
    """Put the library into a project as the generator does."""
    shutil.copytree(
        SOURCE / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__")
    )
