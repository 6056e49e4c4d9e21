"""Sound deployments with servers, units and composed services of every kind."""

from case import Sound

COMMAND = "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n"
CMD = 'CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "mysite.asgi:application"]\n'
PROCFILE = "web: daphne -b 0.0.0.0 -p $PORT mysite.asgi:application\n"
EXEC = "/srv/chat/venv/bin/daphne -b 127.0.0.1 -p 8000 mysite.asgi:application"
UVICORN = (("daphne>=4.2,<5", "daphne>=4.2,<5\nuvicorn[standard]>=0.34,<1"),)
WHITENOISE = {
    "requirements.txt": (("daphne>=", "whitenoise>=6.9,<7\ndaphne>="),),
    "mysite/settings.py": (
        (
            'SecurityMiddleware",\n',
            'SecurityMiddleware",\n    "whitenoise.middleware.WhiteNoiseMiddleware",\n',
        ),
    ),
}

SOUND = [
    Sound(
        "gunicorn-configured-in-python",
        "gunicorn",
        "deployed",
        {
            "requirements.txt": (
                (
                    "daphne>=",
                    "gunicorn>=23\nuvicorn[standard]>=0.34\nuvicorn-worker>=0.3\ndaphne>=",
                ),
            ),
            "gunicorn.conf.py": """import os

wsgi_app = "mysite.asgi:application"
worker_class = "uvicorn_worker.UvicornWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", 2))
bind = f"0.0.0.0:{os.environ.get('PORT', 8000)}"
""",
            "Procfile": ((PROCFILE, "web: gunicorn\n"),),
            "compose.yaml": ((COMMAND, "    command: gunicorn\n"),),
            "Dockerfile": ((CMD, 'CMD ["gunicorn", "-c", "gunicorn.conf.py"]\n'),),
        },
    ),
    Sound(
        "start-script",
        "procfile",
        "deployed",
        {
            "requirements.txt": UVICORN,
            "bin/serve": """#!/bin/sh
set -eu
export DJANGO_SETTINGS_MODULE="${DJANGO_SETTINGS_MODULE:-mysite.settings}"
app=mysite.asgi:application
exec uvicorn "$app" --host 0.0.0.0 --port "${PORT:-8000}" --ws-max-size 65536 --lifespan off
""",
            "Procfile": ((PROCFILE, "web: sh bin/serve\n"),),
            "Dockerfile": ((CMD, 'CMD ["sh", "bin/serve"]\n'),),
            "compose.yaml": ((COMMAND, "    command: [sh, bin/serve]\n"),),
        },
    ),
    Sound(
        "hypercorn",
        "other server",
        "deployed",
        {
            "requirements.txt": (("daphne>=", "hypercorn>=0.17\ndaphne>="),),
            "Procfile": (
                (PROCFILE, 'web: hypercorn mysite.asgi:application --bind "0.0.0.0:$PORT"\n'),
            ),
            "Dockerfile": (
                (CMD, "CMD hypercorn mysite.asgi:application --bind 0.0.0.0:8000 --workers 2\n"),
            ),
            "compose.yaml": (
                (COMMAND, "    command: hypercorn -b 0.0.0.0:8000 mysite.asgi:application\n"),
            ),
        },
    ),
    Sound(
        "unix-socket-of-systemd",
        "systemd",
        "deployed",
        {
            "compose.yaml": None,
            "deploy/chat.service": (
                ("[Service]\n", "[Service]\nRuntimeDirectory=chat\n"),
                (
                    EXEC,
                    "/srv/chat/venv/bin/daphne -u /run/chat/daphne.sock mysite.asgi:application",
                ),
            ),
            "deploy/nginx.conf": (("server web:8000;", "server unix:/run/chat/daphne.sock;"),),
            "mysite/settings.py": (("redis://redis:6379/0", "redis://127.0.0.1:6379/0"),),
            ".env.example": "SECRET_KEY=\nREDIS_URL=redis://127.0.0.1:6379/0\n",
        },
    ),
    Sound(
        "instances-of-a-unit",
        "systemd",
        "deployed",
        {
            "requirements.txt": UVICORN,
            "deploy/chat.service": None,
            "deploy/chat@.service": """[Unit]
Description=Chat, the process at port %i
After=network.target redis-server.service

[Service]
User=chat
WorkingDirectory=/srv/chat
EnvironmentFile=/etc/chat.env
Environment=DJANGO_SETTINGS_MODULE=mysite.settings PYTHONUNBUFFERED=1
ExecStartPre=/srv/chat/venv/bin/python manage.py check --deploy
ExecStart=/srv/chat/venv/bin/uvicorn --host 127.0.0.1 --port %i \\
    --proxy-headers --forwarded-allow-ips 127.0.0.1 mysite.asgi:application
KillSignal=SIGTERM
Restart=on-failure

[Install]
WantedBy=multi-user.target
""",
        },
    ),
    Sound(
        "supervisor-hands-over-a-port",
        "supervisor",
        "deployed",
        {
            "deploy/chat.service": None,
            "deploy/supervisord.conf": """[fcgi-program:chat]
socket=tcp://localhost:8000
directory=/srv/chat
command=daphne -u /run/daphne%(process_num)d.sock --fd 0 --proxy-headers mysite.asgi:application
environment=SECRET_KEY="%(ENV_SECRET_KEY)s",REDIS_URL="redis://localhost:6379/0"
numprocs=4
process_name=chat%(process_num)d
autostart=true
autorestart=true
""",
        },
    ),
    Sound(
        "host-network",
        "compose",
        "deployed",
        {
            "compose.yaml": (
                ("    build: .\n", "    build: .\n    network_mode: host\n"),
                ("redis://redis:6379/0", "redis://127.0.0.1:6379/0"),
                ("redis:7-alpine\n", 'redis:7-alpine\n    ports: ["127.0.0.1:6379:6379"]\n'),
                ("-b 0.0.0.0 -p", "-b 127.0.0.1 -p"),
                ('    ports:\n      - "80:80"\n      - "443:443"\n', "    network_mode: host\n"),
            ),
            "deploy/nginx.conf": (("server web:8000;", "server 127.0.0.1:8000;"),),
        },
    ),
    Sound(
        "redis-with-a-password",
        "compose",
        "deployed",
        {
            "compose.yaml": (
                ("redis://redis:6379/0", "redis://:${CACHE_PASSWORD}@cache:6379/0"),
                (
                    "    depends_on:\n      - redis\n",
                    "    depends_on:\n      cache:\n        condition: service_healthy\n",
                ),
                (
                    "  redis:\n    image: redis:7-alpine\n",
                    """  cache:
    image: valkey/valkey:8-alpine
    command: valkey-server --requirepass ${CACHE_PASSWORD}
    healthcheck:
      test: ["CMD", "valkey-cli", "-a", "${CACHE_PASSWORD}", "ping"]
""",
                ),
            ),
            ".env.example": "SECRET_KEY=\nCACHE_PASSWORD=\n",
        },
    ),
    Sound(
        "compose-for-developers",
        "compose",
        "site",
        {
            "compose.override.yaml": """services:
  web:
    command: sh -c "pip install -r requirements-dev.txt && python manage.py runserver 0.0.0.0:8000"
    environment:
      DJANGO_SETTINGS_MODULE: config.settings.development
    ports: ["8000:8000"]
    volumes:
      - .:/srv/auction
  clock:
    profiles: [production]
  proxy:
    profiles: [production]
"""
        },
    ),
    Sound(
        "kubernetes-with-a-sidecar",
        "kubernetes",
        "deployed",
        {
            "compose.yaml": None,
            "deploy/nginx.conf": None,
            "deploy/chat.service": None,
            **WHITENOISE,
            "deploy/kubernetes.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 1
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: web
          image: registry.example.org/chat:1.4
          args: [daphne, -b, 0.0.0.0, -p, "8000", "mysite.asgi:application"]
          envFrom: [{secretRef: {name: chat}}]
          env: [{name: REDIS_URL, value: "redis://127.0.0.1:6379/0"}]
          ports: [{containerPort: 8000}]
        - name: redis
          image: redis:7-alpine
""",
        },
    ),
]
