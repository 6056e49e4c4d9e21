"""How the projects are installed and run."""

from case import Fault

CHANNEL_LAYERS = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "OPTIONS": {"hosts": [REDIS_URL], "capacity": 1000, "prefix": "chat"},
    },
}
"""

OLD_LAYERS = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],
        },
    },
}
"""

TEST = '''from channels.testing import WebsocketCommunicator

from auctions.consumers import LotConsumer


async def test_lot_of_nobody(lot):
    """A visitor is turned away before anything is sent."""
    communicator = WebsocketCommunicator(LotConsumer.as_asgi(), f"/ws/lots/{lot.pk}/")
    connected, code = await communicator.connect()
    assert not connected
    assert code == 4401
'''

FAULTS = [
    Fault(
        "nginx-cuts-the-path",
        "nginx-path",
        "deployed",
        {
            "deploy/nginx.conf": [
                (
                    "    location /ws/ {\n        proxy_pass http://chat;",
                    "    # the sockets: they stay open for an hour\n    location /ws/ {\n       "
                    " proxy_pass http://chat/;",
                )
            ]
        },
        "deploy/nginx.conf",
        "proxy_pass http://chat/;",
    ),
    Fault(
        "nginx-keeps-its-own-host",
        "nginx-host",
        "deployed",
        {
            "deploy/nginx.conf": [
                (
                    """    location / {
        proxy_pass http://chat;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
""",
                    """    location / {
        client_max_body_size 5m;
        proxy_pass http://chat;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
""",
                )
            ]
        },
        "deploy/nginx.conf",
        "client_max_body_size",
    ),
    Fault(
        "compose-listens-to-itself",
        "bind-address",
        "deployed",
        {
            "compose.yaml": [
                (
                    "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n",
                    "    command: >\n      daphne --port 8000 --access-log -\n      --proxy-headers"
                    " mysite.asgi:application\n",
                )
            ]
        },
        "compose.yaml",
        "daphne --port 8000",
    ),
    Fault(
        "gunicorn-with-plain-workers",
        "wsgi-server",
        "site",
        {
            "compose.yaml": [
                (
                    "      -k uvicorn.workers.UvicornWorker\n",
                    "      --worker-class gthread --threads 8\n",
                )
            ]
        },
        "compose.yaml",
        "gunicorn config.asgi",
    ),
    Fault(
        "old-channels-new-daphne",
        "requirement-conflict",
        "tutorial",
        {
            "requirements.txt": "Django>=4.2,<5.3\nchannels==3.0.5\n"
            "channels-redis>=4.1,<5\ndaphne>=4.2,<5\n"
        },
        "requirements.txt",
        "channels==3.0.5",
    ),
    Fault(
        "layer-with-options",
        "layer-config",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    OLD_LAYERS,
                    'REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/0")\n\n'
                    + CHANNEL_LAYERS,
                )
            ]
        },
        "mysite/settings.py",
        '"OPTIONS": {"hosts"',
    ),
    Fault(
        "test-of-a-bare-consumer",
        "test-scope",
        "site",
        {"tests/test_visitors.py": TEST},
        "tests/test_visitors.py",
        "LotConsumer.as_asgi()",
    ),
]
