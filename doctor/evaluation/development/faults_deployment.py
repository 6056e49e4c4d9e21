"""Faults in what starts the servers of the site, and in its proxy."""

from case import Fault

COMPOSE = "compose.yaml"
NGINX = "deploy/nginx.conf"
PROCFILE = "Procfile"
DOCKERFILE = "Dockerfile"
PROD_REQUIREMENTS = "requirements/prod.txt"
BASE = "config/settings/base.py"
PROD = "config/settings/prod.py"
UNIT = "deploy/desk.service"
SUPERVISOR = "deploy/supervisord.conf"
SERVICES = "tickets/services.py"
COMMAND = "uvicorn config.asgi:application --host 0.0.0.0 --port 8000"
WEB = "gunicorn config.asgi:application -k uvicorn_worker.UvicornWorker --bind 0.0.0.0:$PORT"
CMD = 'CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000"]'
UNIT_TEXT = """[Unit]
Description=The desk
After=network.target

[Service]
User=desk
WorkingDirectory=/srv/desk
EnvironmentFile=/etc/desk.env
ExecStart=/srv/desk/venv/bin/{command}
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""
SUPERVISOR_TEXT = """[program:desk]
directory=/srv/desk
command=/srv/desk/venv/bin/{command}
autorestart=true
"""


def edit(name, shape, path, old, new):
    """Return a fault in one file."""
    return Fault(name, shape, "site", {path: [(old, new)]}, path, new.strip())


def compose(name, shape, command):
    """Return a fault in the command of the web service."""
    return edit(name, shape, COMPOSE, COMMAND, command)


def unit(name, shape, command):
    """Return a fault in a unit of systemd."""
    text = UNIT_TEXT.format(command=command)
    return Fault(name, shape, "site", {UNIT: text}, UNIT, "ExecStart")


WEBSOCKET_LIBRARY = [
    edit(
        "uvicorn without its extra",
        "websocket-library",
        PROD_REQUIREMENTS,
        "uvicorn[standard]>=0.34",
        "uvicorn>=0.34",
    ),
    Fault(
        "uvicorn without its extra in pyproject.toml",
        "websocket-library",
        "site",
        {
            "requirements/base.txt": None,
            "requirements/dev.txt": None,
            PROD_REQUIREMENTS: None,
            "pyproject.toml": (
                '[project]\nname = "desk"\nversion = "1.0"\nrequires-python = ">=3.12"\n'
                "dependencies = [\n"
                '    "channels>=4.3.2,<5",\n    "channels-redis>=4.3,<5",\n'
                '    "Django>=5.2,<6",\n'
                '    "gunicorn>=23",\n    "redis>=5,<9",\n    "uvicorn>=0.34",\n'
                '    "uvicorn-worker>=0.3",\n]\n'
            ),
            DOCKERFILE: [
                (
                    (
                        "COPY requirements requirements\n"
                        "RUN pip install --no-cache-dir -r requirements/prod.txt\nCOPY . .\n"
                    ),
                    "COPY . .\nRUN pip install --no-cache-dir .\n",
                )
            ],
        },
        "pyproject.toml",
        '"uvicorn>=0.34"',
    ),
    Fault(
        "uvicorn without its extra in the Dockerfile",
        "websocket-library",
        "site",
        {
            PROD_REQUIREMENTS: [("uvicorn[standard]>=0.34\n", "")],
            DOCKERFILE: [("-r requirements/prod.txt", "-r requirements/prod.txt uvicorn")],
        },
        DOCKERFILE,
        "uvicorn",
    ),
    compose(
        "--ws none",
        "websocket-library",
        f"{COMMAND} --ws none",
    ),
]

WORKER_CLASS = [
    edit(
        "Procfile",
        "worker-class",
        PROCFILE,
        WEB,
        "gunicorn config.asgi:application --bind 0.0.0.0:$PORT",
    ),
    edit(
        "Procfile with threads",
        "worker-class",
        PROCFILE,
        WEB,
        "gunicorn config.asgi:application -k gthread --threads 4 --bind 0.0.0.0:$PORT",
    ),
    compose(
        "compose",
        "worker-class",
        "gunicorn config.asgi:application --bind 0.0.0.0:8000 --workers 2",
    ),
    edit(
        "Dockerfile",
        "worker-class",
        DOCKERFILE,
        CMD,
        'CMD ["gunicorn", "--bind", "0.0.0.0:8000", "config.asgi:application"]',
    ),
    unit(
        "systemd",
        "worker-class",
        "gunicorn --workers 3 --bind unix:/run/desk.sock config.asgi:application",
    ),
    Fault(
        "gunicorn.conf.py",
        "worker-class",
        "site",
        {
            PROCFILE: [(WEB, "gunicorn config.asgi:application -c gunicorn.conf.py")],
            "gunicorn.conf.py": 'bind = "0.0.0.0:8000"\nworkers = 3\nworker_class = "sync"\n',
        },
        "gunicorn.conf.py",
        "worker_class",
        paths=[PROCFILE],
    ),
]
WORKER_CLASS += [
    compose(
        "WSGI in compose", "server-wsgi", "gunicorn config.wsgi:application --bind 0.0.0.0:8000"
    ),
    Fault(
        "WSGI in the Dockerfile and nothing else in compose",
        "server-wsgi",
        "site",
        {
            DOCKERFILE: [(CMD, 'CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000"]')],
            COMPOSE: [(f"    command: {COMMAND}\n", "")],
        },
        DOCKERFILE,
        "CMD",
    ),
    edit(
        "WSGI in the Procfile", "server-wsgi", PROCFILE, WEB, ("gunicorn config.wsgi --log-file -")
    ),
    edit(
        "runserver in the Procfile with production settings",
        "server-wsgi",
        PROCFILE,
        WEB,
        "python manage.py runserver 0.0.0.0:$PORT --settings config.settings.prod",
    ),
]

MODULES = [
    edit(
        "a name that asgi.py has not",
        "server-module",
        PROCFILE,
        WEB,
        "daphne -b 0.0.0.0 -p $PORT config.asgi:app",
    ),
    edit(
        "the module of another project",
        "server-module",
        PROCFILE,
        WEB,
        WEB.replace("config.asgi", "desk.asgi"),
    ),
    compose("a misspelt package", "server-module", COMMAND.replace("config.", "conf.")),
    compose("a dot instead of the colon", "server-module", COMMAND.replace("asgi:", "asgi.")),
    compose(
        "the routes' module", "server-module", COMMAND.replace("config.asgi", "config.routing")
    ),
    compose(
        ("a path with slashes"), "server-module", COMMAND.replace("config.asgi", "config/asgi")
    ),
    edit(
        "a misspelt module in the Dockerfile",
        "server-module",
        DOCKERFILE,
        CMD,
        CMD.replace("config.asgi", "config.agsi"),
    ),
    unit(
        "a missing module in systemd",
        "server-module",
        "daphne -u /run/desk.sock core.asgi:application",
    ),
    Fault(
        "the folder above in Supervisor",
        "server-module",
        "site",
        {
            SUPERVISOR: SUPERVISOR_TEXT.format(
                command="uvicorn site.config.asgi:application --uds /run/desk.sock"
            )
        },
        SUPERVISOR,
        "command",
    ),
    Fault(
        "settings that do not exist in compose",
        "server-module",
        "site",
        {
            COMPOSE: [
                (
                    "DJANGO_SETTINGS_MODULE: config.settings.prod",
                    "DJANGO_SETTINGS_MODULE: config.settings.production",
                )
            ]
        },
        COMPOSE,
        "DJANGO_SETTINGS_MODULE",
    ),
]

UPGRADE = "        proxy_set_header Upgrade $http_upgrade;\n"
CONNECTION = "        proxy_set_header Connection $connection_upgrade;\n"
VERSION = "        proxy_http_version 1.1;\n"
WS_PASS = f"    location /ws/ {{\n        proxy_pass http://web;\n{VERSION}"


def nginx(name, shape, anchor, *edits):
    """Return a fault in the configuration of nginx."""
    return Fault(name, shape, "site", {NGINX: edits}, NGINX, anchor)


PROXY = [
    nginx("Upgrade without Connection", "nginx-upgrade", "location /ws/", (CONNECTION, "")),
    nginx("Connection without Upgrade", "nginx-upgrade", "location /ws/", (UPGRADE, "")),
    nginx("neither header", "nginx-upgrade", "location /ws/", (UPGRADE + CONNECTION, "")),
    nginx(
        "Connection is closed",
        "nginx-upgrade",
        '"close"',
        (CONNECTION, '        proxy_set_header Connection "close";\n'),
    ),
    nginx(
        "Connection is empty",
        "nginx-upgrade",
        'Connection ""',
        (CONNECTION, '        proxy_set_header Connection "";\n'),
    ),
    nginx("HTTP 1.0", "nginx-upgrade", "location /ws/", (VERSION, "")),
    nginx(
        "a variable that no map sets",
        "nginx-upgrade",
        "$connection_upgrade;",
        (
            (
                "map $http_upgrade $connection_upgrade {\n    default upgrade;\n"
                "    ''      close;\n}\n\n"
            ),
            "",
        ),
    ),
    nginx(
        "the headers in the other location",
        "nginx-upgrade",
        "location /ws/",
        (
            WS_PASS + UPGRADE + CONNECTION,
            "    location /ws/ {\n        proxy_pass http://web;\n",
        ),
        (
            "    location / {\n        proxy_pass http://web;\n",
            f"    location / {{\n        proxy_pass http://web;\n{VERSION}{UPGRADE}{CONNECTION}",
        ),
    ),
    nginx(
        "the location of another prefix",
        "nginx-upgrade",
        "location /socket/",
        ("    location /ws/ {", "    location /socket/ {"),
    ),
    nginx(
        "headers of the server are lost in a location with others",
        "nginx-upgrade",
        "location /ws/",
        (UPGRADE + CONNECTION, ""),
        (
            "    server_name desk.example.com;\n",
            (
                "    server_name desk.example.com;\n"
                "    proxy_set_header Upgrade $http_upgrade;\n"
                "    proxy_set_header Connection $connection_upgrade;\n"
            ),
        ),
    ),
    nginx(
        "Origin is emptied",
        "nginx-origin",
        "Origin",
        (CONNECTION, CONNECTION + '        proxy_set_header Origin "";\n'),
    ),
    nginx(
        "Origin names the upstream",
        "nginx-origin",
        "Origin",
        (CONNECTION, CONNECTION + "        proxy_set_header Origin http://$proxy_host;\n"),
    ),
    nginx(
        "https to a plain server",
        "nginx-upstream",
        "https://web",
        (WS_PASS, WS_PASS.replace("http://web", "https://web")),
    ),
    nginx(
        "https to a plain server by its address",
        "nginx-upstream",
        "https://web:8000",
        (WS_PASS, WS_PASS.replace("http://web", "https://web:8000")),
    ),
    nginx(
        "a scheme that nginx has not",
        "nginx-upstream",
        "ws://web",
        (WS_PASS, WS_PASS.replace("http://web", "ws://web")),
    ),
    nginx(
        "another port than the server's",
        "nginx-upstream",
        "server web:8001",
        ("server web:8000", "server web:8001"),
    ),
    nginx(
        "a service that compose has not",
        "nginx-upstream",
        "server app:8000",
        ("server web:8000", "server app:8000"),
    ),
    nginx(
        "localhost in a container",
        "nginx-upstream",
        "server 127.0.0.1:8000",
        ("server web:8000", "server 127.0.0.1:8000"),
    ),
    nginx(
        "the prefix is cut off",
        "nginx-prefix",
        "proxy_pass http://web/;",
        (WS_PASS, WS_PASS.replace("http://web;", "http://web/;")),
    ),
    nginx(
        "a prefix is added",
        "nginx-prefix",
        "proxy_pass http://web/sockets/ws/;",
        (WS_PASS, WS_PASS.replace("http://web;", "http://web/sockets/ws/;")),
    ),
    nginx(
        "a prefix is passed on",
        "nginx-prefix",
        "location /desk/ws/",
        ("    location /ws/ {", "    location /desk/ws/ {"),
    ),
    nginx(
        "the prefix is cut off by rewrite",
        "nginx-prefix",
        "rewrite",
        (
            WS_PASS,
            WS_PASS.replace(
                "        proxy_pass", "        rewrite ^/ws/(.*)$ /$1 break;\n        proxy_pass"
            ),
        ),
    ),
]

REDIS_URL = "      REDIS_URL: redis://redis:6379/0\n"
REDIS = [
    edit(
        "localhost in the environment",
        "redis-address",
        COMPOSE,
        REDIS_URL,
        "      REDIS_URL: redis://localhost:6379/0\n",
    ),
    Fault(
        "no address in the environment and 127.0.0.1 as default",
        "redis-address",
        "site",
        {COMPOSE: [(REDIS_URL, "")]},
        BASE,
        "127.0.0.1",
        paths=[COMPOSE],
    ),
    Fault(
        "127.0.0.1 in the settings",
        "redis-address",
        "site",
        {
            COMPOSE: [(REDIS_URL, "")],
            BASE: [
                (
                    'REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")',
                    'REDIS_URL = "redis://127.0.0.1:6379/0"',
                ),
                ("import os\n", ""),
            ],
        },
        BASE,
        "127.0.0.1",
    ),
    Fault(
        "a misspelt variable",
        "redis-address",
        "site",
        {COMPOSE: [("      REDIS_URL:", "      REDIS_URI:")]},
        COMPOSE,
        "REDIS_URI",
        paths=[BASE],
    ),
    edit(
        "a misspelt service",
        "redis-address",
        COMPOSE,
        REDIS_URL,
        "      REDIS_URL: redis://reddis:6379/0\n",
    ),
    edit(
        "another port",
        "redis-address",
        COMPOSE,
        REDIS_URL,
        "      REDIS_URL: redis://redis:6380/0\n",
    ),
    edit(
        "a service for another purpose",
        "redis-address",
        COMPOSE,
        REDIS_URL,
        "      REDIS_URL: redis://cache:6379/0\n",
    ),
]

LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            "prefix": "desk",
            "capacity": 1000,
        },
    },
}
"""
MEMORY = 'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n'
MEMORY_LAYERS = [
    Fault(
        "two workers",
        "memory-layer",
        "site",
        {BASE: [(LAYER, MEMORY)], COMPOSE: [(COMMAND, f"{COMMAND} --workers 2")]},
        BASE,
        "InMemoryChannelLayer",
        paths=[COMPOSE],
    ),
    Fault(
        "a command sends",
        "memory-layer",
        "site",
        {BASE: [(LAYER, MEMORY)]},
        BASE,
        "InMemoryChannelLayer",
        paths=[SERVICES, "tickets/management/commands/close_stale_tickets.py"],
    ),
    Fault(
        "three replicas",
        "memory-layer",
        "site",
        {
            BASE: [(LAYER, MEMORY)],
            COMPOSE: [("    build: .\n", "    build: .\n    deploy:\n      replicas: 3\n")],
        },
        BASE,
        "InMemoryChannelLayer",
        paths=[COMPOSE],
    ),
    Fault(
        "a command publishes with the library",
        "memory-layer",
        "tutorial",
        {
            "mysite/settings.py": [
                (
                    (
                        '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
                        '        "CONFIG": {\n'
                        '            "hosts": [{"address": "redis://127.0.0.1:6379/0", '
                        '"socket_timeout": None}],\n'
                        "        },\n"
                    ),
                    '        "BACKEND": "channels.layers.InMemoryChannelLayer",\n',
                )
            ],
            "chat/management/__init__.py": "",
            "chat/management/commands/__init__.py": "",
            "chat/management/commands/announce.py": (
                "from channels_realtime.messages import Message\n"
                "from channels_realtime.publishing import publish\n"
                "from django.core.management.base import BaseCommand\n\n\n"
                'class Announcement(Message, tag="announcement"):\n    text: str\n\n\n'
                "class Command(BaseCommand):\n"
                "    def add_arguments(self, parser):\n"
                '        parser.add_argument("text")\n\n'
                "    def handle(self, *args, text, **options):\n"
                '        publish("chat_news", Announcement(text=text))\n'
            ),
        },
        "mysite/settings.py",
        "InMemoryChannelLayer",
        paths=["chat/management/commands/announce.py"],
    ),
]

DEBUG = [
    edit("DEBUG in production", "debug", PROD, "DEBUG = False", "DEBUG = True"),
    Fault(
        "the development settings in compose",
        "debug",
        "site",
        {
            COMPOSE: [
                (
                    "DJANGO_SETTINGS_MODULE: config.settings.prod",
                    "DJANGO_SETTINGS_MODULE: config.settings.dev",
                )
            ]
        },
        COMPOSE,
        "config.settings.dev",
        paths=["config/settings/dev.py"],
    ),
]

FAULTS = [
    *[*WEBSOCKET_LIBRARY, *WORKER_CLASS, *MODULES, *PROXY, *REDIS],
    *[*MEMORY_LAYERS, *DEBUG],
]
