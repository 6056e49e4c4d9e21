"""Settings, layouts and releases that are unusual but right."""

from pathlib import Path

from case import Sound

BASES = Path(__file__).parent / "bases"


def moved(base, folder, keep=()):
    """Return edits that move a project's files into a folder."""
    edits = {}
    for path in sorted((BASES / base).rglob("*")):
        name = path.relative_to(BASES / base).as_posix()
        if path.is_file() and "__pycache__" not in name and name.split("/")[0] not in keep:
            edits[name] = None
            edits[f"{folder}/{name}"] = path.read_text("utf-8")
    return edits


def settings(base):
    return (BASES / base / "mysite/settings.py").read_text("utf-8")


COMMON = (
    settings("tutorial")
    .replace("parent.parent\n", "parent.parent.parent\n")
    .replace("DEBUG = True\n", "DEBUG = False\n")
    .replace('ALLOWED_HOSTS = ["localhost", "127.0.0.1"]\n\n', "")
)

SELECTED = r'''"""The settings of the environment that APP_ENV names: local or live."""

import os
from importlib import import_module

_module = import_module(f"mysite.settings.{os.environ.get('APP_ENV', 'local')}")
globals().update({name: value for name, value in vars(_module).items() if name.isupper()})
'''

LOCAL = r"""from .common import *  # noqa: F403

DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""

LIVE = r"""import os

from .common import *  # noqa: F403
from .common import CHANNEL_LAYERS

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["rooms.example.net"]
CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [os.environ["REDIS_URL"]]
"""

LAYERS = r'''"""Channel layers from an address: memory://, redis://, rediss:// or redis+sentinel://."""

from urllib.parse import urlsplit


def channel_layers(address, **config):
    scheme = urlsplit(address).scheme
    if scheme == "memory":
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    if scheme == "redis+sentinel":
        host, port = urlsplit(address).hostname, urlsplit(address).port or 26379
        config["hosts"] = [{"sentinels": [(host, port)], "master_name": "chat"}]
    else:
        config["hosts"] = [{"address": address, "socket_timeout": None}]
    return {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": config}}
'''

DEPLOYED_LAYERS = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],
        },
    },
}
"""

TWO_LAYERS = """REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/0")

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "rooms"},
    },
    "weather": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "weather"},
    },
}
"""

WEATHER = r"""from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer

LAYER = "weather"


async def publish(degrees):
    event = {"type": "weather.report", "degrees": degrees}
    await get_channel_layer(LAYER).group_send("reports", event)


class WeatherConsumer(AsyncJsonWebsocketConsumer):
    channel_layer_alias = LAYER
    groups = ["reports"]

    async def weather_report(self, event):
        await self.send_json({"degrees": event["degrees"]})
"""

MANAGE_SRC = r"""#!/usr/bin/env python
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""

CHANNELS_2_ROUTING = r"""from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

import chat.routing

# Channels 2 adds the views of Django ("http") by itself.
application = ProtocolTypeRouter(
    {
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(chat.routing.websocket_urlpatterns))
        ),
    }
)
"""

CHANNELS_2_ASGI = r"""import os

import django
from channels.routing import get_default_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()
application = get_default_application()
"""

CLIENT = r"""// A client of its own: it is served by a CDN, and talks to the backend's address.
const backend = "wss://api.rooms.example.net";

export function enter(room, onLine) {
  const socket = new WebSocket(`${backend}/ws/chat/${room}/`);
  socket.addEventListener("message", (event) => onLine(JSON.parse(event.data).message));
  return (message) => socket.send(JSON.stringify({ message }));
}
"""

MONOREPO = moved("tutorial", "backend")
MONOREPO["frontend/src/rooms.js"] = CLIENT
MONOREPO["frontend/package.json"] = '{"name": "rooms", "private": true, "type": "module"}\n'
MONOREPO["backend/mysite/asgi.py"] = (
    MONOREPO["backend/mysite/asgi.py"]
    .replace("import AllowedHostsOriginValidator", "import OriginValidator")
    .replace(
        "AllowedHostsOriginValidator(\n           "
        " AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
        "OriginValidator(\n            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
        '            ["https://rooms.example.net", "http://localhost:8000",'
        ' "http://127.0.0.1:8000"],',
    )
)
MONOREPO["backend/mysite/settings.py"] = MONOREPO["backend/mysite/settings.py"].replace(
    '"127.0.0.1"]\n\nINSTALLED', '"127.0.0.1", "api.rooms.example.net"]\n\nINSTALLED'
)
MONOREPO["backend/chat/tests.py"] = MONOREPO["backend/chat/tests.py"].replace(
    "http://localhost", "https://rooms.example.net"
)

SRC = moved("tutorial", "src", keep=["manage.py", "requirements.txt"])
SRC["manage.py"] = MANAGE_SRC
SRC["pyproject.toml"] = """[project]
name = "rooms"
version = "0.3"
dynamic = ["dependencies"]

[tool.setuptools.dynamic]
dependencies = {file = "requirements.txt"}

[tool.setuptools.packages.find]
where = ["src"]
"""

SOUND = [
    Sound(
        "settings-chosen-at-import",
        "settings-package",
        "tutorial",
        {
            "mysite/settings.py": None,
            "mysite/settings/__init__.py": SELECTED,
            "mysite/settings/common.py": COMMON,
            "mysite/settings/local.py": LOCAL,
            "mysite/settings/live.py": LIVE,
        },
    ),
    Sound(
        "layers-from-an-address",
        "settings-helper",
        "deployed",
        {
            "mysite/layers.py": LAYERS,
            "mysite/settings.py": [
                (
                    "from pathlib import Path\n",
                    "from pathlib import Path\n\nfrom .layers import channel_layers\n",
                ),
                (
                    DEPLOYED_LAYERS,
                    'CHANNEL_LAYERS = channel_layers(\n    os.environ.get("REDIS_URL",'
                    ' "redis://redis:6379/0"), capacity=500\n)\n',
                ),
            ],
        },
    ),
    Sound(
        "two-layers",
        "layer-alias",
        "deployed",
        {
            "chat/weather.py": WEATHER,
            "mysite/settings.py": [(DEPLOYED_LAYERS, TWO_LAYERS)],
            "chat/routing.py": [
                (
                    "from . import consumers\n",
                    "from . import consumers\nfrom .weather import WeatherConsumer\n",
                ),
                (
                    "as_asgi()),\n",
                    'as_asgi()),\n    re_path(r"ws/weather/$", WeatherConsumer.as_asgi()),\n',
                ),
            ],
            "chat/tests.py": [
                (
                    '"channels.layers.InMemoryChannelLayer"}}\n',
                    '"channels.layers.InMemoryChannelLayer"}}\nMEMORY_LAYER["weather"] ='
                    ' MEMORY_LAYER["default"]\n',
                )
            ],
        },
    ),
    Sound("src-layout", "layout", "tutorial", SRC),
    Sound("monorepo-with-a-cdn", "other-origin", "tutorial", MONOREPO),
    Sound(
        "channels-3",
        "old-release",
        "tutorial",
        {
            "requirements.txt": "Django==3.2.25\nchannels==3.0.5\nchannels-redis==3.4.1\n",
            "mysite/settings.py": [
                ('    "daphne",\n    "chat",\n', '    "channels",\n    "chat",\n'),
                ('STATIC_URL = "static/"', 'STATIC_URL = "/static/"'),
            ],
        },
    ),
    Sound(
        "channels-2",
        "old-release",
        "tutorial",
        {
            "requirements.txt": "Django==2.2.28\nchannels==2.4.0\nchannels-redis==2.4.2\n",
            "mysite/routing.py": CHANNELS_2_ROUTING,
            "mysite/asgi.py": CHANNELS_2_ASGI,
            "mysite/settings.py": [
                ('    "daphne",\n    "chat",\n', '    "channels",\n    "chat",\n'),
                (
                    "from pathlib import Path\n\nBASE_DIR ="
                    " Path(__file__).resolve().parent.parent\n",
                    "import os\n\nBASE_DIR ="
                    " os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n",
                ),
                ('BASE_DIR / "db.sqlite3"', 'os.path.join(BASE_DIR, "db.sqlite3")'),
                ('STATIC_URL = "static/"', 'STATIC_URL = "/static/"'),
                ('\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n', ""),
                ('"mysite.asgi.application"', '"mysite.routing.application"'),
            ],
            "chat/routing.py": [("consumers.ChatConsumer.as_asgi()", "consumers.ChatConsumer")],
            "chat/tests.py": None,
        },
    ),
]
