"""Sound deployments: other servers, proxies and divisions of the work."""

from case import Sound

NGINX = "deploy/nginx.conf"
COMPOSE = "compose.yaml"
ROOM = "chat/templates/chat/room.html"
UPGRADE = (
    "        proxy_http_version 1.1;\n"
    "        proxy_set_header Upgrade $http_upgrade;\n"
    "        proxy_set_header Connection $connection_upgrade;\n"
    "        proxy_set_header Host $host;\n"
    "        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
    "        proxy_set_header X-Forwarded-Proto $scheme;\n"
    "        proxy_read_timeout 1h;\n"
)
GUNICORN = (
    "      gunicorn config.asgi:application\n"
    "      -k uvicorn.workers.UvicornWorker\n"
    "      --workers 3\n"
    "      --bind 0.0.0.0:8000\n"
)
CMD = (
    '"config.asgi:application", "--worker-class", "uvicorn.workers.UvicornWorker", '
    '"--bind", "0.0.0.0:8000", "--workers", "3"]'
)

SOUND = [
    Sound(
        name="headers_in_a_snippet",
        shape="nginx in other forms",
        base="deployed",
        edits={
            "deploy/websocket.conf": UPGRADE.replace("        ", ""),
            NGINX: [(UPGRADE, "        include /etc/nginx/snippets/websocket.conf;\n")],
            COMPOSE: [
                (
                    "      - ./certificates:",
                    "      - ./deploy/websocket.conf:/etc/nginx/snippets/websocket.conf:ro\n"
                    "      - ./certificates:",
                )
            ],
        },
    ),
    Sound(
        name="headers_at_the_server",
        shape="nginx in other forms",
        base="deployed",
        edits={
            NGINX: [
                (
                    "    location /static/ {\n",
                    UPGRADE.replace("        ", "    ") + "\n    location /static/ {\n",
                ),
                (
                    "        proxy_pass http://chat;\n" + UPGRADE,
                    "        proxy_pass http://chat;\n",
                ),
                (
                    "        proxy_pass http://chat;\n"
                    "        proxy_set_header Host $host;\n"
                    "        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
                    "        proxy_set_header X-Forwarded-Proto $scheme;\n",
                    "        proxy_pass http://chat;\n",
                ),
            ]
        },
    ),
    Sound(
        name="prefix_cut_on_both_sides",
        shape="nginx in other forms",
        base="deployed",
        edits={
            NGINX: [
                (
                    "    location /ws/ {\n        proxy_pass http://chat;\n",
                    "    location /live/ {\n        proxy_pass http://chat/ws/;\n",
                ),
            ],
            ROOM: [("            + '/ws/chat/'\n", "            + '/live/chat/'\n")],
        },
    ),
    Sound(
        name="pages_by_wsgi_sockets_by_daphne",
        shape="two servers",
        base="deployed",
        edits={
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
            COMPOSE: [
                (
                    "  redis:\n    image",
                    "  pages:\n"
                    "    build: .\n"
                    "    command: gunicorn mysite.wsgi:application "
                    "--bind 0.0.0.0:8001 --workers 3\n"
                    "    environment:\n"
                    "      SECRET_KEY: ${SECRET_KEY:?set it in .env}\n"
                    "      REDIS_URL: redis://redis:6379/0\n"
                    "      DATABASE_FILE: /data/db.sqlite3\n"
                    "    volumes:\n"
                    "      - data:/data\n"
                    "    depends_on:\n"
                    "      - redis\n\n"
                    "  redis:\n    image",
                )
            ],
            NGINX: [
                (
                    "upstream chat {\n",
                    "upstream pages {\n    server pages:8001;\n}\n\nupstream chat {\n",
                ),
                (
                    "    location / {\n        proxy_pass http://chat;\n",
                    "    location / {\n        proxy_pass http://pages;\n",
                ),
            ],
        },
    ),
    Sound(
        name="websockets_listed_apart",
        shape="other servers",
        base="site",
        edits={
            "requirements.txt": [("uvicorn[standard]>=0.34,<1", "uvicorn>=0.34,<1\nwebsockets>=13")]
        },
    ),
    Sound(
        name="start_script_execs_uvicorn",
        shape="other servers",
        base="site",
        edits={
            "deploy/start.sh": (
                "#!/bin/sh\n"
                "set -eu\n"
                ': "${DJANGO_SETTINGS_MODULE:=config.settings.production}"\n'
                "export DJANGO_SETTINGS_MODULE\n"
                "python manage.py migrate --noinput\n"
                "exec uvicorn config.asgi:application --host 0.0.0.0 --port 8000 \\\n"
                '    --workers "${WEB_CONCURRENCY:-3}" --ws-max-size 65536 --lifespan off\n'
            ),
            "Dockerfile": [
                (f'["gunicorn", {CMD}', '["sh", "deploy/start.sh"]'),
            ],
            COMPOSE: [(f"    command: >\n{GUNICORN}", "")],
        },
    ),
]
