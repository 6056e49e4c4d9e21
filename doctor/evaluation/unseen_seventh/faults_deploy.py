"""Faults in how a project is deployed: containers, proxies, servers and the layer's address."""

from case import Fault

WORKER = '''import time

from channels.consumer import SyncConsumer


class ThumbnailConsumer(SyncConsumer):
    """Runs in the worker process, one picture after the other."""

    def thumbnail_make(self, message):
        started = time.monotonic()
        print("made", message["picture"], "in", time.monotonic() - started)
'''

UPLOADS = '''from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def order_thumbnail(picture):
    """Let the worker make a small picture of an uploaded one."""
    async_to_sync(get_channel_layer().send)(
        "thumbnails", {"type": "thumbnail.make", "picture": str(picture)}
    )
'''

WORKER_SERVICE = """      - redis

  worker:
    build: .
    command: python manage.py runworker thumbnail
    environment:
      SECRET_KEY: ${SECRET_KEY:?set it in .env}
      REDIS_URL: redis://redis:6379/0
    depends_on:
      - redis

"""

GAME_NGINX = """upstream game {
    server web:8000;
}

server {
    listen 80;
    server_name chat.example.org;
    return 301 https://$host$request_uri;
}

server {
    listen 443 ssl;
    server_name chat.example.org;

    ssl_certificate     /etc/nginx/certificates/fullchain.pem;
    ssl_certificate_key /etc/nginx/certificates/privkey.pem;

    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;

    location /static/ {
        alias /srv/static/;
    }

    location /ws/ {
        proxy_pass %s;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout %s;
    }

    location / {
        proxy_pass http://game;
    }
}
"""

PRODUCTION_LAYER = """REDIS_HOST = os.environ.get("REDIS_HOST", "redis")
REDIS_PORT = os.environ.get("REDIS_PORT", "6379")

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [%s]},
    },
}
"""

OLD_LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
    },
}
"""

FAULTS = [
    Fault(
        "worker_listens_to_another_name",
        "worker of another channel",
        "deployed",
        {
            "chat/workers.py": WORKER,
            "chat/uploads.py": UPLOADS,
            "mysite/asgi.py": [
                (
                    "import ProtocolTypeRouter, URLRouter",
                    "import ChannelNameRouter, ProtocolTypeRouter, URLRouter",
                ),
                (
                    "import websocket_urlpatterns  # noqa: E402",
                    "import websocket_urlpatterns  # noqa: E402\n"
                    "from chat.workers import ThumbnailConsumer  # noqa: E402",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": django_asgi_app,\n        "channel": '
                    'ChannelNameRouter({"thumbnails": ThumbnailConsumer.as_asgi()}),\n',
                ),
            ],
            "mysite/settings.py": [('    "daphne",\n', '    "daphne",\n    "channels",\n')],
            "compose.yaml": [("      - redis\n\n", WORKER_SERVICE)],
            "Procfile": "web: daphne -b 0.0.0.0 -p $PORT mysite.asgi:application\n"
            "worker: python manage.py runworker thumbnails\n",
            "chat/views.py": [
                (
                    "from django.shortcuts import render\n",
                    "from django.shortcuts import render\n\nfrom .uploads import order_thumbnail\n",
                ),
                (
                    "def room(request, room_name):\n",
                    "def room(request, room_name):\n    order_thumbnail(room_name)\n",
                ),
            ],
        },
        "compose.yaml",
        "runworker thumbnail",
        ("mysite/asgi.py", "chat/uploads.py"),
    ),
    Fault(
        "clock_uses_another_database",
        "processes with different layers",
        "site",
        {
            "compose.yaml": [
                (
                    "  clock:\n    build: .\n    environment: *environment\n    command: sh -c "
                    '"while true; do python manage.py close_lots; sleep 60; done"\n',
                    "  clock:\n    build: .\n    environment:\n      <<: *environment\n"
                    "      REDIS_URL: redis://redis:6379/2\n    entrypoint: [sh, -c]\n"
                    '    command: ["while true; do python manage.py close_lots; sleep 60; done"]\n',
                ),
            ],
        },
        "compose.yaml",
        "redis://redis:6379/2",
    ),
    Fault(
        "redis_host_without_scheme",
        "address that Redis cannot read",
        "site",
        {
            "config/settings/production.py": [
                (OLD_LAYER, PRODUCTION_LAYER % 'f"{REDIS_HOST}:{REDIS_PORT}"')
            ],
            "compose.yaml": [("  REDIS_URL: redis://redis:6379/1\n", "  REDIS_HOST: redis\n")],
        },
        "config/settings/production.py",
        '"hosts": [',
    ),
    Fault(
        "uvicorn_without_websockets",
        "server without WebSockets",
        "site",
        {
            "requirements.txt": (
                "Django==5.2.*\nasgiref>=3.8\nchannels==4.3.*\nchannels-redis==4.3.*\n"
                "gunicorn>=23\npsycopg[binary]>=3.2\nuvicorn>=0.34,<1\nuvloop>=0.21\nhttptools>=0.6\n"
            ),
        },
        "requirements.txt",
        "uvicorn",
        ("Dockerfile", "compose.yaml", "Procfile"),
    ),
    Fault(
        "proxy_takes_the_prefix_away",
        "proxy that changes the path",
        "deployed",
        {"deploy/nginx.conf": GAME_NGINX % ("http://game/", "1h")},
        "deploy/nginx.conf",
        "proxy_pass http://game/;",
    ),
    Fault(
        "proxy_speaks_tls_to_daphne",
        "proxy that speaks another protocol",
        "deployed",
        {"deploy/nginx.conf": GAME_NGINX % ("https://game", "1h")},
        "deploy/nginx.conf",
        "proxy_pass https://game;",
    ),
    Fault(
        "proxy_waits_ten_seconds",
        "proxy that closes idle sockets",
        "deployed",
        {"deploy/nginx.conf": GAME_NGINX % ("http://game", "10s")},
        "deploy/nginx.conf",
        "proxy_read_timeout 10s;",
    ),
    Fault(
        "loopback_inside_the_container",
        "server that the proxy cannot reach",
        "deployed",
        {
            "compose.yaml": [
                (
                    "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n",
                    '    command: ["daphne", "--bind", "127.0.0.1", "--port", "8000",'
                    ' "--verbosity", "1",'
                    ' "mysite.asgi:application"]\n    restart: unless-stopped\n',
                ),
            ],
        },
        "compose.yaml",
        '"127.0.0.1"',
    ),
]
