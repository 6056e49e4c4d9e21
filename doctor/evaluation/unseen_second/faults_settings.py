"""Single faults in settings, deployment files and pages."""

from case import Fault

DEVELOPMENT = "config/settings/development.py"
PRODUCTION = "config/settings/production.py"
SETTINGS = "mysite/settings.py"
NGINX = "deploy/nginx.conf"
ROOM = "chat/templates/chat/room.html"

REDIS_LAYER = """CHANNEL_LAYERS = {
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

MEMORY_LAYER = """CHANNEL_LAYERS = dict(
    default=dict(BACKEND="channels.layers.InMemoryChannelLayer", CONFIG=dict(capacity=500))
)
"""

SETTINGS_FAULTS = [
    Fault(
        name="plural-of-the-wrong-word",
        shape="name of CHANNEL_LAYERS",
        base="site",
        edits={DEVELOPMENT: [("CHANNEL_LAYERS = ", "CHANNELS_LAYER = ")]},
        path=DEVELOPMENT,
        anchor="CHANNELS_LAYER = ",
    ),
    Fault(
        name="channels-for-daphne",
        shape="daphne is not installed as an app",
        base="tutorial",
        edits={SETTINGS: [('    "daphne",\n', '    "channels",\n')]},
        path=SETTINGS,
        anchor='"channels",',
    ),
    Fault(
        name="memory-for-three-workers",
        shape="memory layer in production",
        base="site",
        edits={PRODUCTION: [(REDIS_LAYER, MEMORY_LAYER)]},
        path=PRODUCTION,
        anchor="InMemoryChannelLayer",
    ),
    Fault(
        name="address-without-scheme",
        shape="Redis address without a scheme",
        base="site",
        edits={
            PRODUCTION: [
                (
                    'os.environ.get("REDIS_URL", "redis://redis:6379/1")',
                    "f\"{os.environ.get('REDIS_HOST', 'redis')}:6379/1\"",
                )
            ],
            "compose.yaml": [("  REDIS_URL: redis://redis:6379/1\n", "  REDIS_HOST: redis\n")],
        },
        path=PRODUCTION,
        anchor="REDIS_HOST",
    ),
    Fault(
        name="options-as-in-caches",
        shape="OPTIONS for CONFIG",
        base="deployed",
        edits={SETTINGS: [('"CONFIG": {', '"OPTIONS": {')]},
        path=SETTINGS,
        anchor='"hosts": [os.environ.get("REDIS_URL"',
    ),
    Fault(
        name="layer-called-redis",
        shape="no layer called default",
        base="tutorial",
        edits={
            SETTINGS: [
                (
                    'CHANNEL_LAYERS = {\n    "default": {',
                    'CHANNEL_LAYERS = {\n    "redis": {',
                )
            ]
        },
        path=SETTINGS,
        anchor='    "redis": {',
    ),
    Fault(
        name="all-hosts-allowed",
        shape="ALLOWED_HOSTS is a star",
        base="site",
        edits={
            PRODUCTION: [
                (
                    'os.environ.get("ALLOWED_HOSTS", "auction.example.com").split(",")',
                    '["*"]  # nginx knows the name',
                )
            ],
            "compose.yaml": [("  ALLOWED_HOSTS: auction.example.com\n", "")],
        },
        path=PRODUCTION,
        anchor='ALLOWED_HOSTS = ["*"]',
    ),
    Fault(
        name="false-is-true",
        shape="DEBUG in production",
        base="deployed",
        edits={SETTINGS: [("DEBUG = False", 'DEBUG = bool(os.environ.get("DEBUG", "False"))')]},
        path=SETTINGS,
        anchor="DEBUG = bool(",
    ),
    Fault(
        name="connections-kept-for-ten-minutes",
        shape="CONN_MAX_AGE under ASGI",
        base="site",
        edits={PRODUCTION: [('"CONN_MAX_AGE": 0,', '"CONN_MAX_AGE": 600,')]},
        path=PRODUCTION,
        anchor='"CONN_MAX_AGE": 600',
    ),
]

DEPLOYMENT_FAULTS = [
    Fault(
        name="proxy-without-upgrade",
        shape="nginx does not pass Upgrade on",
        base="deployed",
        edits={
            NGINX: [
                (
                    (
                        "map $http_upgrade $connection_upgrade {\n"
                        "    default upgrade;\n    ''      close;\n}\n\n"
                    ),
                    "",
                ),
                (
                    (
                        "        proxy_set_header Upgrade $http_upgrade;\n"
                        "        proxy_set_header Connection $connection_upgrade;\n"
                    ),
                    "",
                ),
            ]
        },
        path=NGINX,
        anchor="location /ws/ {",
    ),
    Fault(
        name="uvicorn-without-extras",
        shape="no WebSocket library beside uvicorn",
        base="site",
        edits={"requirements.txt": [("uvicorn[standard]", "uvicorn")]},
        path="requirements.txt",
        anchor="uvicorn>=",
    ),
    Fault(
        name="module-of-another-name",
        shape="server's module does not exist",
        base="site",
        edits={"Procfile": [("config.asgi:application", "auction_house.asgi:application")]},
        path="Procfile",
        anchor="auction_house.asgi",
    ),
    Fault(
        name="redis-on-localhost",
        shape="Redis at localhost in a container",
        base="deployed",
        edits={"compose.yaml": [("redis://redis:6379/0", "redis://localhost:6379/0")]},
        path="compose.yaml",
        anchor="REDIS_URL: redis://localhost",
    ),
    Fault(
        name="daphne-without-the-object",
        shape="daphne's argument without :application",
        base="deployed",
        edits={"deploy/chat.service": [("mysite.asgi:application", "mysite.asgi")]},
        path="deploy/chat.service",
        anchor="ExecStart=",
    ),
    Fault(
        name="gunicorn-with-sync-workers",
        shape="gunicorn without an ASGI worker",
        base="site",
        edits={"compose.yaml": [("      -k uvicorn.workers.UvicornWorker\n", "")]},
        path="compose.yaml",
        anchor="gunicorn config.asgi:application",
    ),
]

PAGE_FAULTS = [
    Fault(
        name="message-is-not-parsed",
        shape="page does not parse the message",
        base="tutorial",
        edits={ROOM: [("const data = JSON.parse(e.data);", "const data = e.data;")]},
        path=ROOM,
        anchor="const data = e.data;",
    ),
    Fault(
        name="reply-as-markup",
        shape="message as HTML",
        base="site",
        edits={
            "support/static/support/ticket.js": [
                (
                    "item.textContent = `${reply.author}: ${reply.text}`;",
                    "item.innerHTML = `<b>${reply.author}</b> ${reply.text}`;",
                )
            ]
        },
        path="support/static/support/ticket.js",
        anchor="item.innerHTML",
    ),
    Fault(
        name="page-sends-another-key",
        shape="key that the consumer does not read",
        base="site",
        edits={
            "auctions/static/auctions/lot.js": [
                (
                    'JSON.stringify({ action: "bid", amount })',
                    'JSON.stringify({ type: "bid", amount })',
                )
            ]
        },
        path="auctions/static/auctions/lot.js",
        anchor='type: "bid"',
        paths=("auctions/consumers.py",),
    ),
]

FAULTS = [*SETTINGS_FAULTS, *DEPLOYMENT_FAULTS, *PAGE_FAULTS]
