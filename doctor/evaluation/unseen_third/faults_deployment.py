"""Faults of settings, and of servers, proxies, containers and services."""

from case import Fault

SETTINGS = "mysite/settings.py"
PRODUCTION = "config/settings/production.py"
DEVELOPMENT = "config/settings/development.py"
NGINX = "deploy/nginx.conf"
COMPOSE = "compose.yaml"
SERVICE = "deploy/chat.service"
REDIS_URL = '"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")]'
LAYER = (
    "CHANNEL_LAYERS = {\n"
    '    "default": {\n'
    '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
    '        "CONFIG": {\n'
    f"            {REDIS_URL},\n"
    "        },\n"
    "    },\n"
    "}\n"
)

IN_SETTINGS = [
    Fault(
        "every text is true",
        "settings: DEBUG from a text of the environment",
        "deployed",
        {SETTINGS: [("DEBUG = False", 'DEBUG = bool(os.environ.get("DJANGO_DEBUG", "False"))')]},
        SETTINGS,
        "DEBUG = bool(",
    ),
    Fault(
        "address of Redis without a scheme",
        "settings: host and port in place of an address",
        "deployed",
        {SETTINGS: [(REDIS_URL, "\"hosts\": [f\"{os.environ.get('REDIS_HOST', 'redis')}:6379\"]")]},
        SETTINGS,
        "REDIS_HOST",
    ),
    Fault(
        "one host and no list of hosts",
        "settings: pair of host and port not in a list",
        "tutorial",
        {SETTINGS: [('"hosts": [("127.0.0.1", 6379)]', '"hosts": ("127.0.0.1", 6379)')]},
        SETTINGS,
        '"hosts": (',
    ),
    Fault(
        "layer only while debugging",
        "settings: no CHANNEL_LAYERS where DEBUG is off",
        "deployed",
        {
            SETTINGS: [
                (
                    LAYER,
                    "if DEBUG:\n"
                    "    CHANNEL_LAYERS = {\n"
                    '        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"},\n'
                    "    }\n",
                )
            ]
        },
        SETTINGS,
        "if DEBUG:",
    ),
    Fault(
        "key of the encryption is no list",
        "settings: symmetric_encryption_keys as a text",
        "site",
        {
            PRODUCTION: [
                (
                    '            "capacity": 500,\n',
                    '            "capacity": 500,\n'
                    '            "symmetric_encryption_keys": os.environ["LAYER_KEY"],\n',
                )
            ],
            "requirements.txt": [("channels-redis==4.3.*", "channels-redis[cryptography]==4.3.*")],
            COMPOSE: [
                (
                    "  SECRET_KEY: ${SECRET_KEY}\n",
                    "  SECRET_KEY: ${SECRET_KEY}\n  LAYER_KEY: ${LAYER_KEY}\n",
                )
            ],
        },
        PRODUCTION,
        "symmetric_encryption_keys",
    ),
    Fault(
        "daphne at the end of the apps",
        "settings: daphne behind staticfiles",
        "site",
        {
            DEVELOPMENT: [
                (
                    "import BASE_DIR, INSTALLED_APPS\n",
                    "import BASE_DIR, INSTALLED_APPS as SHARED\n",
                ),
                ('["daphne", *INSTALLED_APPS]', 'SHARED + ["daphne"]'),
            ]
        },
        DEVELOPMENT,
        "INSTALLED_APPS = SHARED",
    ),
    Fault(
        "capacity from the environment",
        "settings: number of the layer as a text",
        "site",
        {PRODUCTION: [('"capacity": 500', '"capacity": os.environ.get("LAYER_CAPACITY", "500")')]},
        PRODUCTION,
        '"capacity":',
    ),
]

SERVERS = [
    Fault(
        "proxy speaks HTTP/1.0",
        "servers: nginx without proxy_http_version",
        "deployed",
        {NGINX: [("        proxy_http_version 1.1;\n", "        proxy_buffering off;\n")]},
        NGINX,
        "proxy_buffering off;",
    ),
    Fault(
        "proxy rewrites the address of the socket",
        "servers: nginx takes the prefix away",
        "deployed",
        {
            NGINX: [
                (
                    "    location /ws/ {\n",
                    "    location /ws/ {\n        rewrite ^/ws/(.*)$ /$1 break;\n",
                )
            ]
        },
        NGINX,
        "rewrite ^/ws/",
    ),
    Fault(
        "proxy gives its own name as the host",
        "servers: Host of the pages is the name of the upstream",
        "deployed",
        {
            NGINX: [
                (
                    "    location / {\n"
                    "        proxy_pass http://chat;\n"
                    "        proxy_set_header Host $host;\n",
                    "    location / {\n        proxy_pass http://chat;\n",
                )
            ]
        },
        NGINX,
        "location / {",
    ),
    Fault(
        "Apache without upgrades",
        "servers: ProxyPass that does not pass WebSockets",
        "deployed",
        {
            "deploy/apache.conf": "<VirtualHost *:443>\n"
            "    ServerName chat.example.org\n\n"
            "    SSLEngine on\n"
            "    SSLCertificateFile /etc/ssl/chat/fullchain.pem\n"
            "    SSLCertificateKeyFile /etc/ssl/chat/privkey.pem\n\n"
            "    Alias /static/ /srv/chat/staticfiles/\n\n"
            "    ProxyPreserveHost On\n"
            "    RequestHeader set X-Forwarded-Proto https\n"
            "    ProxyPass /static/ !\n"
            "    ProxyPass / http://127.0.0.1:8000/\n"
            "    ProxyPassReverse / http://127.0.0.1:8000/\n"
            "</VirtualHost>\n"
        },
        "deploy/apache.conf",
        "ProxyPass / http",
    ),
    Fault(
        "shell in a unit",
        "servers: ExecStart with cd and &&",
        "deployed",
        {
            SERVICE: [
                ("WorkingDirectory=/srv/chat\n", ""),
                (
                    "ExecStart=/srv/chat/venv/bin/daphne",
                    "ExecStart=cd /srv/chat && venv/bin/daphne",
                ),
            ]
        },
        SERVICE,
        "ExecStart=cd",
    ),
    Fault(
        "port in a list of arguments",
        "servers: variable in a CMD that no shell expands",
        "deployed",
        {
            "Dockerfile": [
                ("ENV PYTHONUNBUFFERED=1\n", "ENV PYTHONUNBUFFERED=1 PORT=8000\n"),
                ('"-p", "8000"', '"-p", "$PORT"'),
            ],
            COMPOSE: [("    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n", "")],
        },
        "Dockerfile",
        '"$PORT"',
    ),
    Fault(
        "threads for an ASGI application",
        "servers: worker of gunicorn that speaks WSGI",
        "site",
        {
            COMPOSE: [
                ("      -k uvicorn.workers.UvicornWorker\n", "      -k gthread --threads 8\n"),
            ]
        },
        COMPOSE,
        "-k gthread",
    ),
    Fault(
        "workers of a server that has none",
        "servers: option that daphne does not know",
        "deployed",
        {"Procfile": [("-p $PORT mysite", "-p $PORT --workers 4 mysite")]},
        "Procfile",
        "--workers 4",
    ),
    Fault(
        "service of Redis has another name",
        "servers: host that no service of compose has",
        "deployed",
        {
            COMPOSE: [
                (
                    "  redis:\n    image: redis:7-alpine",
                    "  valkey:\n    image: valkey/valkey:8-alpine",
                ),
                ("      - redis\n", "      - valkey\n"),
            ]
        },
        COMPOSE,
        "REDIS_URL:",
        (SETTINGS, ".env.example"),
    ),
    Fault(
        "Redis asks for a password",
        "servers: address without the password of the service",
        "deployed",
        {
            COMPOSE: [
                (
                    "    image: redis:7-alpine\n",
                    "    image: redis:7-alpine\n"
                    "    command: redis-server --requirepass ${REDIS_PASSWORD:?set it in .env}\n",
                )
            ],
            ".env.example": [("SECRET_KEY=\n", "SECRET_KEY=\nREDIS_PASSWORD=\n")],
        },
        COMPOSE,
        "",
        (SETTINGS,),
    ),
]

FAULTS = [*IN_SETTINGS, *SERVERS]
