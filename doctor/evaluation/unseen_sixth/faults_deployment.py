"""Faults of deployment: servers, proxies, containers, and what they install."""

from case import Fault

SOCKETS = """    location /ws/ {
        proxy_pass http://chat;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_read_timeout 1h;
    }
"""
SITE_LOCATION = """        location / {
            proxy_pass http://auction;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 3600s;
        }
"""
SITE_COMMAND = """    command: >
      gunicorn config.asgi:application
      -k uvicorn.workers.UvicornWorker
      --workers 3
      --bind 0.0.0.0:8000
"""
LAYER = """        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
"""
UNIT = """[Unit]
Description=Chat, without containers
Wants=redis.service
After=network-online.target redis.service

[Service]
User=chat
Group=chat
WorkingDirectory=/srv/chat
EnvironmentFile=/etc/chat.env
ExecStartPre=/srv/chat/venv/bin/python manage.py migrate --noinput
ExecStart={command}
Restart=on-failure
RestartSec=3

[Install]
WantedBy=multi-user.target
"""

FAULTS = [
    Fault(
        "deployed-procfile-wsgi",
        "WSGI server",
        "deployed",
        {
            "Procfile": "release: python manage.py migrate --noinput\n"
            "web: gunicorn mysite.wsgi --workers 2 --log-file - --bind 0.0.0.0:$PORT\n",
            "requirements.txt": "Django>=5.2,<5.3\nchannels>=4.3,<5\nchannels-redis>=4.3,<5\n"
            "daphne>=4.2,<5\ngunicorn>=23\n",
        },
        "Procfile",
        "gunicorn mysite.wsgi",
    ),
    Fault(
        "site-compose-gunicorn-sync-worker",
        "worker class",
        "site",
        {
            "compose.yaml": [
                (
                    SITE_COMMAND,
                    "    command:\n      - gunicorn\n      - config.asgi:application\n"
                    "      - --workers=3\n      - --bind=0.0.0.0:8000\n"
                    "      - --access-logfile=-\n",
                )
            ]
        },
        "compose.yaml",
        "config.asgi:application",
    ),
    Fault(
        "deployed-image-names-a-module",
        "module of the server",
        "deployed",
        {
            "Dockerfile": [
                (
                    "ENV PYTHONUNBUFFERED=1\n",
                    "ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1\n",
                ),
                (
                    'CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "mysite.asgi:application"]\n',
                    'CMD ["daphne", "--bind", "0.0.0.0", "--port", "8000", "mysite.asgi"]\n',
                ),
            ],
            "compose.yaml": [
                ("    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n", "")
            ],
        },
        "Dockerfile",
        '"mysite.asgi"',
    ),
    Fault(
        "deployed-unit-uvicorn-not-installed",
        "server is not installed",
        "deployed",
        {
            "deploy/chat.service": UNIT.format(
                command="/srv/chat/venv/bin/uvicorn mysite.asgi:application --host 127.0.0.1"
                " --port 8000"
            )
        },
        "deploy/chat.service",
        "bin/uvicorn",
        ("requirements.txt",),
    ),
    Fault(
        "deployed-nginx-slash-drops-prefix",
        "proxy drops the prefix",
        "deployed",
        {
            "deploy/nginx.conf": [
                (SOCKETS, SOCKETS.replace("http://chat;", "http://chat/;").replace("1h", "300s"))
            ]
        },
        "deploy/nginx.conf",
        "proxy_pass http://chat/;",
    ),
    Fault(
        "site-nginx-headers-not-inherited",
        "proxy does not upgrade",
        "site",
        {
            "deploy/nginx.conf": [
                (
                    SITE_LOCATION,
                    """        # For all locations
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_read_timeout 3600s;

        location / {
            proxy_pass http://auction;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
""",
                )
            ]
        },
        "deploy/nginx.conf",
        "location / {",
    ),
    Fault(
        "deployed-nginx-keepalive-connection",
        "proxy does not upgrade",
        "deployed",
        {
            "deploy/nginx.conf": [
                ("    server web:8000;\n", "    server web:8000;\n    keepalive 16;\n"),
                (SOCKETS, SOCKETS.replace("Connection $connection_upgrade", 'Connection ""')),
            ]
        },
        "deploy/nginx.conf",
        'Connection "";',
    ),
    Fault(
        "deployed-compose-redis-is-localhost",
        "host of Redis",
        "deployed",
        {
            "compose.yaml": [
                (
                    "      REDIS_URL: redis://redis:6379/0\n",
                    "      REDIS_URL: redis://localhost:6379/0\n",
                ),
                (
                    "    image: redis:7-alpine\n",
                    '    image: redis:7-alpine\n    command: redis-server --save ""\n',
                ),
            ]
        },
        "compose.yaml",
        "redis://localhost:6379/0",
    ),
    Fault(
        "site-uvicorn-has-no-websocket-library",
        "no WebSocket library",
        "site",
        {
            "requirements.txt": "# The"
            " web\nDjango==5.2.*\nchannels==4.3.*\nchannels-redis==4.3.*\n\n"
            "# The server\ngunicorn>=23\nuvicorn>=0.34,<1\n\n# The database\npsycopg[binary]>=3.2\n"
        },
        "requirements.txt",
        "uvicorn>=0.34",
    ),
    Fault(
        "site-memory-layer-and-three-workers",
        "memory layer in several processes",
        "site",
        {
            "config/settings/production.py": [
                (
                    LAYER,
                    '        "BACKEND": "channels.layers.InMemoryChannelLayer",\n'
                    '        "CONFIG": {"capacity": 500},\n',
                )
            ]
        },
        "config/settings/production.py",
        "InMemoryChannelLayer",
        ("compose.yaml", "Dockerfile"),
    ),
    Fault(
        "deployed-daphne-listens-inside-only",
        "address of the server",
        "deployed",
        {
            "compose.yaml": [
                (
                    "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n",
                    "    command: daphne --bind 127.0.0.1 --port 8000 --verbosity 1"
                    " mysite.asgi:application\n",
                )
            ]
        },
        "compose.yaml",
        "--bind 127.0.0.1",
    ),
    Fault(
        "deployed-nginx-cuts-quiet-sockets",
        "timeout of the proxy",
        "deployed",
        {
            "deploy/nginx.conf": [
                (
                    SOCKETS,
                    SOCKETS.replace(
                        "proxy_read_timeout 1h",
                        "proxy_connect_timeout 5s;\n        proxy_read_timeout 10s",
                    ),
                )
            ]
        },
        "deploy/nginx.conf",
        "proxy_read_timeout 10s",
    ),
]
