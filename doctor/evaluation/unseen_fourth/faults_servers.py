"""Faults in what starts and fronts the site: images, compose, nginx, systemd, Procfile."""

from case import Fault

NGINX = "deploy/nginx.conf"
SERVICE = "deploy/chat.service"
COMPOSE = "compose.yaml"

FAULTS = [
    Fault(
        "gunicorn-on-the-wsgi-module",
        "server-speaks-wsgi",
        "deployed",
        {
            "Procfile": [
                (
                    "daphne -b 0.0.0.0 -p $PORT mysite.asgi:application",
                    "gunicorn mysite.wsgi --log-file - --bind 0.0.0.0:$PORT",
                )
            ],
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
        },
        "Procfile",
        "mysite.wsgi",
    ),
    Fault(
        "gevent-workers",
        "server-worker-class",
        "site",
        {
            COMPOSE: [("-k uvicorn.workers.UvicornWorker", "-k gevent")],
            "requirements.txt": [("gunicorn>=23\n", "gunicorn[gevent]>=23\n")],
        },
        COMPOSE,
        "-k gevent",
    ),
    Fault(
        "port-variable-in-exec-form",
        "dockerfile-command",
        "deployed",
        {"Dockerfile": [('"-p", "8000"', '"-p", "${PORT}"')]},
        "Dockerfile",
        "${PORT}",
    ),
    Fault(
        "python-older-than-django-needs",
        "dockerfile-python",
        "deployed",
        {"Dockerfile": [("FROM python:3.12-slim", "FROM python:3.8-slim-bullseye")]},
        "Dockerfile",
        "python:3.8",
    ),
    Fault(
        "server-listens-to-itself",
        "server-address",
        "deployed",
        {
            COMPOSE: [
                (
                    "daphne -b 0.0.0.0 -p 8000 mysite.asgi:application",
                    "daphne --port 8000 mysite.asgi:application",
                )
            ]
        },
        COMPOSE,
        "command: daphne",
    ),
    Fault(
        "attribute-after-a-dot",
        "server-module",
        "deployed",
        {SERVICE: [("mysite.asgi:application", "mysite.asgi.application")]},
        SERVICE,
        "mysite.asgi.application",
    ),
    Fault(
        "port-of-heroku-ignored",
        "server-port",
        "site",
        {"Procfile": [("--port $PORT", "--port 8000")]},
        "Procfile",
        "--port 8000",
    ),
    Fault(
        "development-server-in-compose",
        "server-of-development",
        "site",
        {
            COMPOSE: [
                (
                    "    command: >\n"
                    "      gunicorn config.asgi:application\n"
                    "      -k uvicorn.workers.UvicornWorker\n"
                    "      --workers 3\n"
                    "      --bind 0.0.0.0:8000\n",
                    '    command: ["python", "manage.py", "runserver", "0.0.0.0:8000"]\n',
                )
            ]
        },
        COMPOSE,
        '"runserver"',
    ),
    Fault(
        "redis-service-removed",
        "compose-service-missing",
        "site",
        {
            COMPOSE: [
                ("  redis:\n    image: redis:7-alpine\n\n", ""),
                (
                    "    volumes:\n"
                    "      - static:/srv/auction/staticfiles\n"
                    "    depends_on: [db, redis]\n",
                    "    volumes:\n      - static:/srv/auction/staticfiles\n    depends_on: [db]\n",
                ),
                (
                    'sleep 60; done"\n    depends_on: [db, redis]',
                    'sleep 60; done"\n    depends_on: [db]',
                ),
            ]
        },
        COMPOSE,
        "REDIS_URL: redis://redis",
        paths=("config/settings/production.py",),
    ),
    Fault(
        "redis-open-to-the-world",
        "redis-published",
        "deployed",
        {
            COMPOSE: [
                (
                    "    image: redis:7-alpine\n",
                    "    image: redis:7-alpine\n"
                    "    command: redis-server --protected-mode no\n"
                    '    ports:\n      - "6379:6379"\n',
                )
            ]
        },
        COMPOSE,
        '"6379:6379"',
    ),
    Fault(
        "proxy-to-another-port",
        "proxy-upstream",
        "deployed",
        {NGINX: [("server web:8000;", "server web:8001;")]},
        NGINX,
        "server web:8001;",
        paths=(COMPOSE,),
    ),
    Fault(
        "proxy-strips-the-prefix",
        "proxy-path",
        "deployed",
        {
            NGINX: [
                (
                    "location /ws/ {\n        proxy_pass http://chat;",
                    "location /ws/ {\n        proxy_pass http://chat/;",
                )
            ]
        },
        NGINX,
        "proxy_pass http://chat/;",
    ),
    Fault(
        "connection-kept-alive",
        "proxy-upgrade",
        "site",
        {
            NGINX: [
                (
                    "proxy_set_header Connection $connection_upgrade;",
                    'proxy_set_header Connection "keep-alive";',
                )
            ]
        },
        NGINX,
        '"keep-alive"',
    ),
    Fault(
        "policy-without-wss",
        "content-security-policy",
        "deployed",
        {
            NGINX: [
                (
                    "    location /static/ {\n",
                    "    add_header Content-Security-Policy\n"
                    "        \"default-src 'self' 'unsafe-inline'; "
                    'connect-src https://chat.example.org" always;\n\n'
                    "    location /static/ {\n",
                )
            ]
        },
        NGINX,
        "connect-src",
    ),
]
