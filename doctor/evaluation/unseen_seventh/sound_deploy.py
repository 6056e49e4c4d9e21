"""Deployments that are right: containers, proxies, process managers, and other processes."""

from case import Sound

NGINX_SOCKET = """map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}

upstream chat {
    server unix:/run/chat/daphne.sock;
}

server {
    listen 443 ssl;
    server_name chat.example.org;
    ssl_certificate     /etc/letsencrypt/live/chat.example.org/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/chat.example.org/privkey.pem;

    location /static/ { alias /srv/chat/staticfiles/; }

    location / {
        proxy_pass http://chat;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_read_timeout 10m;
    }
}
"""
UNIT = """[Unit]
Description=Chat
After=network.target redis.service

[Service]
User=www-data
RuntimeDirectory=chat
WorkingDirectory=/srv/chat
EnvironmentFile=/etc/chat.env
Environment=REDIS_URL=unix:///run/redis/redis.sock
ExecStart=/srv/chat/venv/bin/daphne -u /run/chat/daphne.sock mysite.asgi:application
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""

CADDY = """chat.example.org {
    handle_path /static/* {
        root * /srv/static
        file_server
    }
    reverse_proxy web:8000 {
        stream_close_delay 5m
    }
}
"""

SPLIT_NGINX = """upstream pages {
    server pages:8000;
}

upstream sockets {
    server web:8001;
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

    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;

    location /static/ {
        alias /srv/static/;
    }

    location ^~ /ws/ {
        proxy_pass http://sockets;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "Upgrade";
        proxy_read_timeout 300s;
    }

    location / {
        proxy_pass http://pages;
    }
}
"""
PAGES_SERVICE = """services:
  pages:
    build: .
    command: gunicorn --bind 0.0.0.0:8000 --workers 2 mysite.wsgi:application
    environment:
      SECRET_KEY: ${SECRET_KEY:?set it in .env}
      REDIS_URL: redis://redis:6379/0
      DATABASE_FILE: /data/db.sqlite3
    volumes:
      - data:/data
    depends_on:
      - redis

  web:
"""

SUPERVISOR = """[fcgi-program:chat]
socket=tcp://127.0.0.1:8000
directory=/srv/chat
command=/srv/chat/venv/bin/daphne -u /run/chat/daphne%(process_num)d.sock --fd 0 --proxy-headers \
mysite.asgi:application
numprocs=3
process_name=chat%(process_num)d
environment=REDIS_URL="redis://127.0.0.1:6379/0",SECRET_KEY="%(ENV_SECRET_KEY)s"
autostart=true
autorestart=true
stdout_logfile=/var/log/chat.log
redirect_stderr=true
"""

ENTRYPOINT = """#!/bin/sh
set -eu

python manage.py migrate --noinput
exec "$@"
"""
STAGES = """FROM python:3.12-slim AS build
COPY requirements.txt .
RUN pip wheel --wheel-dir /wheels -r requirements.txt

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1
RUN useradd --system --home-dir /app app && mkdir /data && chown app /data
WORKDIR /app
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir /wheels/*.whl && rm -r /wheels
COPY --chown=app . .
RUN SECRET_KEY=only-for-the-build python manage.py collectstatic --noinput
USER app
EXPOSE 8000
ENTRYPOINT ["sh", "/app/entrypoint.sh"]
CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "--access-log", "-", "mysite.asgi:application"]
"""

SOUND = [
    Sound(
        "unix_socket_and_systemd",
        "proxy over a Unix socket",
        "deployed",
        {
            "compose.yaml": None,
            "Dockerfile": None,
            ".dockerignore": None,
            "Procfile": None,
            "deploy/nginx.conf": NGINX_SOCKET,
            "deploy/chat.service": UNIT,
        },
    ),
    Sound(
        "caddy_in_front",
        "another proxy",
        "deployed",
        {
            "deploy/nginx.conf": None,
            "deploy/Caddyfile": CADDY,
            "compose.yaml": [
                (
                    "  nginx:\n    image: nginx:1.27-alpine\n",
                    "  caddy:\n    image: caddy:2-alpine\n",
                ),
                (
                    "      - ./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro\n"
                    "      - ./certificates:/etc/nginx/certificates:ro\n",
                    "      - ./deploy/Caddyfile:/etc/caddy/Caddyfile:ro\n      - caddy:/data\n",
                ),
                ("volumes:\n  data:\n", "volumes:\n  caddy:\n  data:\n"),
            ],
        },
    ),
    Sound(
        "pages_and_sockets_apart",
        "two servers",
        "deployed",
        {
            "deploy/nginx.conf": SPLIT_NGINX,
            "compose.yaml": [
                ("services:\n  web:\n", PAGES_SERVICE),
                ("daphne -b 0.0.0.0 -p 8000 mysite", "daphne -b 0.0.0.0 -p 8001 mysite"),
                ("    depends_on:\n      - web\n", "    depends_on:\n      - web\n      - pages\n"),
            ],
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
        },
    ),
    Sound(
        "supervisor_with_three_processes",
        "process manager",
        "deployed",
        {
            "deploy/chat.service": None,
            "deploy/supervisor.conf": SUPERVISOR,
        },
    ),
    Sound(
        "stages_and_entrypoint",
        "Dockerfile",
        "deployed",
        {
            "Dockerfile": STAGES,
            "entrypoint.sh": ENTRYPOINT,
            "compose.yaml": [
                ("    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n", "")
            ],
        },
    ),
]
