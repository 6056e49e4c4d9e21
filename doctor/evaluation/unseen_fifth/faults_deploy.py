"""Faults in what starts, surrounds and addresses the server."""

from pathlib import Path

from case import Fault

BASES = Path(__file__).parent / "bases"
NGINX = "deploy/nginx.conf"
COMPOSE = "compose.yaml"
PROCFILE = "Procfile"
UPGRADE = (
    "        proxy_set_header Upgrade $http_upgrade;\n"
    "        proxy_set_header Connection $connection_upgrade;\n"
)
SITE_UPGRADE = (
    "            proxy_set_header Upgrade $http_upgrade;\n"
    "            proxy_set_header Connection $connection_upgrade;\n"
)
GUNICORN = (
    "      gunicorn config.asgi:application\n"
    "      -k uvicorn.workers.UvicornWorker\n"
    "      --workers 3\n"
    "      --bind 0.0.0.0:8000\n"
)


def move(base: str, folder: str) -> dict[str, str | None]:
    """Return the edits that move a base's files, but compose.yaml, into a folder."""
    edits: dict[str, str | None] = {}
    for file in sorted((BASES / base).rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and file.name != COMPOSE:
            path = file.relative_to(BASES / base).as_posix()
            edits[path] = None
            edits[f"{folder}/{path}"] = file.read_text("utf-8")
    return edits


FAULTS = [
    Fault(
        name="compose_names_prod_settings",
        shape="settings that do not exist",
        base="site",
        edits={COMPOSE: [("config.settings.production", "config.settings.prod")]},
        path=COMPOSE,
        anchor="config.settings.prod",
    ),
    Fault(
        name="asgi_takes_settings_from_a_variable",
        shape="settings that do not exist",
        base="site",
        edits={
            "config/asgi.py": [
                (
                    (
                        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", '
                        '"config.settings.production")\n'
                    ),
                    (
                        'ENVIRONMENT = "live"\n'
                        'os.environ["DJANGO_SETTINGS_MODULE"] = f"config.settings.{ENVIRONMENT}"\n'
                    ),
                )
            ],
        },
        path="config/asgi.py",
        anchor="DJANGO_SETTINGS_MODULE",
    ),
    Fault(
        name="bare_uvicorn_in_pip_file",
        shape="uvicorn without a WebSocket library",
        base="site",
        edits={
            "requirements.txt": None,
            "requirements/production.pip": (
                "Django==5.2.*\nchannels==4.3.*\nchannels-redis==4.3.*\n"
                "gunicorn>=23\npsycopg[binary]>=3.2\nuvicorn>=0.34,<1\n"
            ),
            "requirements-dev.txt": [("-r requirements.txt", "-r requirements/production.pip")],
            "Dockerfile": [
                ("COPY requirements.txt ./", "COPY requirements requirements"),
                ("-r requirements.txt", "-r requirements/production.pip"),
            ],
        },
        path="requirements/production.pip",
        anchor="uvicorn",
        paths=["Dockerfile", COMPOSE, PROCFILE],
    ),
    Fault(
        name="threads_in_gunicorn_configuration",
        shape="gunicorn without an ASGI worker",
        base="site",
        edits={
            "gunicorn.conf.py": (
                'bind = "0.0.0.0:8000"\nworkers = 3\nthreads = 8\nworker_class = "gthread"\n'
            ),
            "Dockerfile": [
                (
                    (
                        '"config.asgi:application", "--worker-class", '
                        '"uvicorn.workers.UvicornWorker", "--bind", "0.0.0.0:8000", '
                        '"--workers", "3"]'
                    ),
                    '"-c", "gunicorn.conf.py", "config.asgi:application"]',
                )
            ],
            COMPOSE: [
                (GUNICORN, "      gunicorn -c gunicorn.conf.py config.asgi:application\n"),
            ],
        },
        path="gunicorn.conf.py",
        anchor="worker_class",
        paths=["Dockerfile", COMPOSE],
    ),
    Fault(
        name="unit_starts_routing_application",
        shape="wrong module of the application",
        base="deployed",
        edits={
            "deploy/chat.service": [("mysite.asgi:application", "mysite.routing:application")],
        },
        path="deploy/chat.service",
        anchor="mysite.routing",
    ),
    Fault(
        name="compose_two_folders_above",
        shape="wrong module of the application",
        base="deployed",
        edits={
            **move("deployed", "services/chat"),
            COMPOSE: (BASES / "deployed" / COMPOSE)
            .read_text("utf-8")
            .replace("build: .", "build: services/chat")
            .replace("./deploy/", "./services/chat/deploy/")
            .replace("mysite.asgi:application", "chat.asgi:application"),
        },
        path=COMPOSE,
        anchor="chat.asgi:application",
    ),
    Fault(
        name="upgrade_headers_lost_by_inheritance",
        shape="nginx without Upgrade and Connection",
        base="site",
        edits={
            NGINX: [
                (SITE_UPGRADE, ""),
                (
                    "        location /static/ {\n",
                    (
                        "        proxy_set_header Upgrade $http_upgrade;\n"
                        "        proxy_set_header Connection $connection_upgrade;\n\n"
                        "        location /static/ {\n"
                    ),
                ),
            ]
        },
        path=NGINX,
        paths=[],
    ),
    Fault(
        name="connection_emptied_for_keepalive",
        shape="nginx without Upgrade and Connection",
        base="deployed",
        edits={
            NGINX: [
                ("    server web:8000;\n", "    server web:8000;\n    keepalive 32;\n"),
                (
                    UPGRADE,
                    (
                        "        proxy_set_header Upgrade $http_upgrade;\n"
                        '        proxy_set_header Connection "";\n'
                    ),
                ),
            ]
        },
        path=NGINX,
        anchor='Connection "";',
        paths=[],
    ),
    Fault(
        name="origin_of_the_upstream",
        shape="nginx changes the Origin",
        base="deployed",
        edits={
            NGINX: [(UPGRADE, UPGRADE + "        proxy_set_header Origin http://$proxy_host;\n")]
        },
        path=NGINX,
        anchor="Origin http",
    ),
    Fault(
        name="rewrite_cuts_the_prefix",
        shape="nginx changes the path",
        base="deployed",
        edits={
            NGINX: [
                (
                    "    location /ws/ {\n",
                    "    location /ws/ {\n        rewrite ^/ws(/.*)$ $1 break;\n",
                )
            ]
        },
        path=NGINX,
        anchor="rewrite",
    ),
    Fault(
        name="upstream_spoken_to_in_tls",
        shape="proxy_pass https to a plain server",
        base="site",
        edits={
            NGINX: [
                (
                    "            proxy_pass http://auction;\n",
                    (
                        "            proxy_pass https://auction;\n"
                        "            proxy_ssl_verify off;\n"
                    ),
                )
            ]
        },
        path=NGINX,
        anchor="proxy_pass https",
    ),
    Fault(
        name="clock_on_the_memory_layer",
        shape="memory layer between processes",
        base="site",
        edits={
            "config/settings/production.py": [
                (
                    (
                        '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
                        '        "CONFIG": {\n'
                        '            "hosts": [os.environ.get("REDIS_URL", '
                        '"redis://redis:6379/1")],\n'
                        '            "capacity": 500,\n'
                        '            "expiry": 30,\n'
                        "        },\n"
                    ),
                    (
                        '        "BACKEND": "channels.layers.InMemoryChannelLayer",\n'
                        '        "CONFIG": {"capacity": 500, "expiry": 30},\n'
                    ),
                )
            ],
        },
        path="config/settings/production.py",
        anchor="InMemoryChannelLayer",
        paths=[COMPOSE, "Dockerfile", "auctions/management/commands/close_lots.py"],
    ),
    Fault(
        name="loopback_redis_in_compose",
        shape="local Redis address beside a service",
        base="site",
        edits={
            COMPOSE: [("REDIS_URL: redis://redis:6379/1", "REDIS_URL: redis://localhost:6379/1")]
        },
        path=COMPOSE,
        anchor="redis://localhost",
        paths=["config/settings/production.py"],
    ),
]
