"""Faults in nginx, compose, Dockerfile, Procfile, unit files and server commands."""

from __future__ import annotations

from case import Fault

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CONSUMERS = "chat/consumers.py"
ROUTING = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
PRODUCTION = "config/settings/production.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"


def one(name, shape, base, path, old, new, anchor="", paths=()):
    """Return a fault that is one replacement in one file."""
    return Fault(name, shape, base, {path: [(old, new)]}, path, anchor, paths)


NGINX = "deploy/nginx.conf"
COMPOSE = "compose.yaml"
SITE_COMMAND = """      gunicorn config.asgi:application
      -k uvicorn.workers.UvicornWorker
"""
UPGRADE = "        proxy_set_header Upgrade $http_upgrade;\n"
CONNECTION = "        proxy_set_header Connection $connection_upgrade;\n"
HTTP_1_1 = "        proxy_http_version 1.1;\n"
WS_PASS = "    location /ws/ {\n        proxy_pass http://chat;\n"
PROCFILE_WEB = "web: daphne -b 0.0.0.0 -p $PORT mysite.asgi:application"
DOCKER_CMD = 'CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "mysite.asgi:application"]'
COMMAND = "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application"
UNIT = "deploy/chat.service"


def deployed(name, shape, path, old, new, anchor, paths=()):
    """Return a fault in a deployment file of the tutorial's project."""
    return one(name, shape, "deployed", path, old, new, anchor, paths)


def site(name, shape, path, old, new, anchor, paths=()):
    """Return a fault in a deployment file of the site."""
    return one(name, shape, "site", path, old, new, anchor, paths)


FAULTS = [
    # WSGI has no sockets: each gets 404.
    Fault(
        "gunicorn with the WSGI application in the Procfile",
        "wsgi-server",
        "deployed",
        {
            "Procfile": [(PROCFILE_WEB, "web: gunicorn mysite.wsgi --bind 0.0.0.0:$PORT")],
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
        },
        "Procfile",
        "web:",
    ),
    # The default worker of gunicorn is WSGI: every request ends with a TypeError.
    site(
        "gunicorn with asgi and no worker class",
        "wsgi-server",
        COMPOSE,
        SITE_COMMAND,
        "      gunicorn config.asgi:application\n",
        "gunicorn config.asgi",
    ),
    # gevent workers speak WSGI, too.
    Fault(
        "gunicorn with gevent workers",
        "wsgi-server",
        "site",
        {
            COMPOSE: [("-k uvicorn.workers.UvicornWorker", "-k gevent")],
            "requirements.txt": [("gunicorn>=23", "gunicorn[gevent]>=23")],
        },
        COMPOSE,
        "gunicorn config.asgi",
    ),
    # The project has no wsgi.py, and the worker is for ASGI: the container ends at once.
    site(
        "the ASGI worker gets the WSGI module",
        "wsgi-server",
        "Dockerfile",
        '"config.asgi:application"',
        '"config.wsgi:application"',
        "config.wsgi",
    ),
    # daphne calls it with scope, receive and send.
    deployed(
        "daphne with the WSGI application",
        "wsgi-server",
        UNIT,
        "mysite.asgi:application",
        "mysite.wsgi:application",
        "ExecStart",
    ),
    # The development server in the image: no TLS, not made for load, and DEBUG is off.
    deployed(
        "runserver in the image",
        "runserver-in-production",
        "Dockerfile",
        DOCKER_CMD,
        'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]',
        "runserver",
    ),
    deployed(
        "runserver in compose",
        "runserver-in-production",
        COMPOSE,
        COMMAND,
        "    command: python manage.py runserver 0.0.0.0:8000",
        "runserver",
    ),
    # The module was renamed: the process ends at once.
    deployed(
        "a module that does not exist in the Procfile",
        "server-module",
        "Procfile",
        "mysite.asgi:application",
        "mychat.asgi:application",
        "web:",
    ),
    deployed(
        "a module that does not exist in compose",
        "server-module",
        COMPOSE,
        COMMAND,
        "    command: daphne -b 0.0.0.0 -p 8000 chat.asgi:application",
        "daphne",
    ),
    # There is no such object in the module.
    site(
        "an object that asgi.py does not have",
        "server-module",
        "Procfile",
        "config.asgi:application",
        "config.asgi:app",
        "web:",
    ),
    # daphne's usage: the object follows a colon.
    deployed(
        "a dot for the colon",
        "server-module",
        UNIT,
        "mysite.asgi:application",
        "mysite.asgi.application",
        "ExecStart",
    ),
    # The entry of Channels 1.
    deployed(
        "channel_layer of Channels 1 in the Procfile",
        "server-module",
        "Procfile",
        "mysite.asgi:application",
        "mysite.asgi:channel_layer",
        "web:",
    ),
    # Channels 1 again: runworker needs the names of channels, and nothing is to do.
    deployed(
        "runworker as in Channels 1",
        "runworker",
        "Procfile",
        PROCFILE_WEB + "\n",
        PROCFILE_WEB + "\nworker: python manage.py runworker\n",
        "runworker",
    ),
    # uvicorn finds no WebSocket library: "Unsupported upgrade request", 404 for sockets.
    site(
        "uvicorn without its standard extras",
        "websocket-library",
        "requirements.txt",
        "uvicorn[standard]>=0.34,<1",
        "uvicorn>=0.34,<1",
        "uvicorn",
        ("Procfile", COMPOSE, "Dockerfile"),
    ),
    # Sockets are switched off.
    site(
        "uvicorn with ws none",
        "websocket-library",
        "Procfile",
        "--port $PORT",
        "--port $PORT --ws none",
        "web:",
    ),
    # The platform routes to $PORT and nothing listens there.
    deployed(
        "a fixed port in the Procfile",
        "listen-address",
        "Procfile",
        "-p $PORT",
        "-p 8000",
        "web:",
    ),
    # 127.0.0.1 is inside the container; nginx gets "connection refused".
    deployed(
        "daphne listens at 127.0.0.1 in its container",
        "listen-address",
        COMPOSE,
        COMMAND,
        "    command: daphne -p 8000 mysite.asgi:application",
        "daphne",
    ),
    site(
        "gunicorn listens at 127.0.0.1 in its container",
        "listen-address",
        COMPOSE,
        "--bind 0.0.0.0:8000",
        "--bind 127.0.0.1:8000",
        "--bind",
    ),
    # 502: nothing listens at 8001.
    deployed(
        "nginx asks at another port",
        "nginx-upstream",
        NGINX,
        "server web:8000;",
        "server web:8001;",
        "web:8001",
        (COMPOSE,),
    ),
    # nginx ends with "host not found in upstream".
    deployed(
        "nginx asks a service that compose does not have",
        "nginx-upstream",
        NGINX,
        "server web:8000;",
        "server django:8000;",
        "django:8000",
        (COMPOSE,),
    ),
    # In its container 127.0.0.1 is nginx itself.
    site(
        "nginx asks its own container",
        "nginx-upstream",
        NGINX,
        "server web:8000;",
        "server 127.0.0.1:8000;",
        "127.0.0.1:8000",
        (COMPOSE,),
    ),
    # daphne speaks plain HTTP: 502 with an SSL error in the log.
    deployed(
        "https to a plain server",
        "nginx-upstream",
        NGINX,
        WS_PASS,
        "    location /ws/ {\n        proxy_pass https://chat;\n",
        "https://chat;",
    ),
    # proxy_pass knows no ws scheme: nginx does not start.
    deployed(
        "proxy_pass with ws",
        "nginx-upstream",
        NGINX,
        WS_PASS,
        "    location /ws/ {\n        proxy_pass ws://chat;\n",
        "ws://chat",
    ),
    # The server sees a plain GET: 404 for each socket.
    deployed(
        "no Upgrade and no Connection",
        "nginx-upgrade",
        NGINX,
        UPGRADE + CONNECTION,
        "",
        "location /ws/",
    ),
    deployed(
        "Upgrade without Connection",
        "nginx-upgrade",
        NGINX,
        CONNECTION,
        "",
        "Upgrade $http_upgrade",
    ),
    site(
        "Connection without Upgrade",
        "nginx-upgrade",
        NGINX,
        "            proxy_set_header Upgrade $http_upgrade;\n",
        "",
        "Connection $connection_upgrade",
    ),
    # An upgrade needs HTTP/1.1; nginx asks with 1.0.
    deployed(
        "HTTP/1.0 to the server",
        "nginx-upgrade",
        NGINX,
        HTTP_1_1,
        "",
        "location /ws/",
    ),
    # keep-alive is not an upgrade.
    site(
        "Connection is keep-alive",
        "nginx-upgrade",
        NGINX,
        "Connection $connection_upgrade",
        "Connection keep-alive",
        "keep-alive",
    ),
    # As for keepalive upstreams: the header is removed.
    deployed(
        "Connection is emptied",
        "nginx-upgrade",
        NGINX,
        CONNECTION,
        '        proxy_set_header Connection "";\n',
        "Connection",
    ),
    # nginx does not start: unknown "connection_upgrade" variable.
    deployed(
        "the map is missing",
        "nginx-map",
        NGINX,
        """map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}

""",
        "",
        "$connection_upgrade",
    ),
    # A location with proxy_set_header of its own inherits none: the upgrade is lost.
    Fault(
        "the upgrade is set in the server and lost in the location",
        "nginx-inherit",
        "deployed",
        {
            NGINX: [
                (UPGRADE + CONNECTION, ""),
                (
                    "    location /static/ {",
                    "    proxy_set_header Upgrade $http_upgrade;\n"
                    "    proxy_set_header Connection $connection_upgrade;\n\n"
                    "    location /static/ {",
                ),
            ]
        },
        NGINX,
        "location /ws/",
    ),
    # With a URI in proxy_pass the prefix is cut off: the routes begin with ws/.
    deployed(
        "proxy_pass cuts the prefix off",
        "nginx-location",
        NGINX,
        WS_PASS,
        "    location /ws/ {\n        proxy_pass http://chat/;\n",
        "proxy_pass http://chat/;",
    ),
    # Sockets go to the location of pages, which does not pass the upgrade on.
    deployed(
        "the location of sockets has another prefix",
        "nginx-location",
        NGINX,
        "location /ws/ {",
        "location /socket/ {",
        "location /socket/",
    ),
    # Only exactly /ws/ is meant by =.
    deployed(
        "an exact location",
        "nginx-location",
        NGINX,
        "location /ws/ {",
        "location = /ws/ {",
        "location = /ws/",
    ),
    # AllowedHostsOriginValidator refuses a socket without Origin: 403.
    deployed(
        "the Origin is emptied",
        "nginx-headers",
        NGINX,
        CONNECTION,
        CONNECTION + '        proxy_set_header Origin "";\n',
        "Origin",
    ),
    # Django sees the host "auction": DisallowedHost, 400.
    site(
        "Host is not passed on",
        "nginx-headers",
        NGINX,
        "            proxy_set_header Host $http_host;\n",
        "",
        "proxy_pass http://auction",
    ),
    # The server pings every 20 seconds; nginx closes a quiet socket after 10.
    deployed(
        "a read timeout shorter than the ping",
        "nginx-timeout",
        NGINX,
        "proxy_read_timeout 1h;",
        "proxy_read_timeout 10s;",
        "proxy_read_timeout",
    ),
    # Redis is another container: connection refused.
    deployed(
        "Redis at 127.0.0.1 in compose",
        "redis-in-compose",
        COMPOSE,
        "REDIS_URL: redis://redis:6379/0",
        "REDIS_URL: redis://127.0.0.1:6379/0",
        "REDIS_URL",
        (SETTINGS,),
    ),
    Fault(
        "Redis at localhost in settings that compose does not change",
        "redis-in-compose",
        "site",
        {
            PRODUCTION: [
                (
                    'os.environ.get("REDIS_URL", "redis://redis:6379/1")',
                    '("localhost", 6379)',
                )
            ],
            COMPOSE: [("  REDIS_URL: redis://redis:6379/1\n", "")],
        },
        PRODUCTION,
        '"hosts"',
        (COMPOSE,),
    ),
    # "Name or service not known".
    deployed(
        "Redis under a name that no service has",
        "redis-in-compose",
        COMPOSE,
        "REDIS_URL: redis://redis:6379/0",
        "REDIS_URL: redis://cache:6379/0",
        "REDIS_URL",
        (SETTINGS,),
    ),
    # ModuleNotFoundError: No module named 'config.settings.prod'.
    site(
        "compose names settings that do not exist",
        "settings-in-deployment",
        COMPOSE,
        "config.settings.production",
        "config.settings.prod",
        "DJANGO_SETTINGS_MODULE",
    ),
    # DEBUG pages and a memory layer, for three workers.
    site(
        "compose runs the development settings",
        "settings-in-deployment",
        COMPOSE,
        "config.settings.production",
        "config.settings.development",
        "DJANGO_SETTINGS_MODULE",
        ("config/settings/development.py",),
    ),
    # The same in the image.
    site(
        "the image names settings that do not exist",
        "settings-in-deployment",
        "Dockerfile",
        "config.settings.production",
        "auction.settings.production",
        "DJANGO_SETTINGS_MODULE",
    ),
]
