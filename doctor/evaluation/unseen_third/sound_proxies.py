"""Sound deployments behind nginx and other proxies."""

from case import Sound

WS = """    location /ws/ {
        proxy_pass http://chat;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
"""
MAP = """map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}

"""
NGINX_SERVICE = """  nginx:
    image: nginx:1.27-alpine
    ports:
      - "80:80"
      - "443:443"
    volumes:
      - ./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro
      - ./certificates:/etc/nginx/certificates:ro
      - static:/srv/static:ro
    depends_on:
      - web
"""
COMMAND = "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n"
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
        "sockets-beside-wsgi",
        "separate socket server",
        "deployed",
        {
            "requirements.txt": (("daphne>=", "gunicorn>=23\ndaphne>="),),
            "compose.yaml": (
                (COMMAND, "    command: gunicorn -b 0.0.0.0:8000 -w 4 mysite.wsgi:application\n"),
                (
                    "  redis:\n    image",
                    """  sockets:
    build: .
    command: daphne -b 0.0.0.0 -p 9000 mysite.asgi:application
    environment:
      SECRET_KEY: ${SECRET_KEY:?set it in .env}
      REDIS_URL: redis://redis:6379/0
      DATABASE_FILE: /data/db.sqlite3
    volumes: ["data:/data"]
    depends_on: [redis]

  redis:
    image""",
                ),
                ("    depends_on:\n      - web\n", "    depends_on: [web, sockets]\n"),
            ),
            "deploy/nginx.conf": (
                (
                    "upstream chat {",
                    "upstream sockets {\n    server sockets:9000;\n}\n\nupstream chat {",
                ),
                (WS, WS.replace("http://chat", "http://sockets")),
            ),
        },
    ),
    Sound(
        "below-a-prefix",
        "path prefix",
        "deployed",
        {
            "mysite/settings.py": (
                ("ROOT_URLCONF", 'FORCE_SCRIPT_NAME = "/team"\n\nROOT_URLCONF'),
                ('STATIC_URL = "/static/"', 'STATIC_URL = "/team/static/"'),
            ),
            "Procfile": None,
            "deploy/nginx.conf": (
                ("location /static/", "location /team/static/"),
                (
                    "    location /ws/ {\n        proxy_pass http://chat;",
                    "    location /team/ws/ {\n        proxy_pass http://chat/ws/;",
                ),
                (
                    "    location / {\n        proxy_pass http://chat;",
                    "    location /team/ {\n        proxy_pass http://chat/;",
                ),
            ),
            "chat/templates/chat/index.html": (("'/chat/' +", "'{% url \"index\" %}' +"),),
            "chat/templates/chat/room.html": (("'/ws/chat/'", "'/team/ws/chat/'"),),
        },
    ),
    Sound(
        "traefik",
        "other proxy",
        "deployed",
        {
            "deploy/nginx.conf": None,
            "compose.yaml": (
                (
                    NGINX_SERVICE,
                    """  traefik:
    image: traefik:v3.3
    command:
      - --providers.docker=true
      - --providers.docker.exposedbydefault=false
      - --entrypoints.websecure.address=:443
      - --certificatesresolvers.le.acme.tlschallenge=true
      - --certificatesresolvers.le.acme.email=admin@example.org
      - --certificatesresolvers.le.acme.storage=/acme/acme.json
    ports: ["443:443"]
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
      - acme:/acme
""",
                ),
                (
                    COMMAND,
                    COMMAND
                    + """    labels:
      traefik.enable: "true"
      traefik.http.routers.chat.rule: Host(`chat.example.org`)
      traefik.http.routers.chat.entrypoints: websecure
      traefik.http.routers.chat.tls.certresolver: le
      traefik.http.services.chat.loadbalancer.server.port: "8000"
""",
                ),
                ("volumes:\n  data:\n", "volumes:\n  acme:\n  data:\n"),
            ),
            **WHITENOISE,
        },
    ),
    Sound(
        "caddy",
        "other proxy",
        "deployed",
        {
            "deploy/nginx.conf": None,
            "deploy/Caddyfile": """chat.example.org {
	encode zstd gzip
	handle_path /static/* {
		root * /srv/static
		file_server
	}
	reverse_proxy web:8000 {
		stream_close_delay 5m
	}
}
""",
            "compose.yaml": (
                ("  nginx:\n    image: nginx:1.27-alpine", "  caddy:\n    image: caddy:2-alpine"),
                (
                    "deploy/nginx.conf:/etc/nginx/conf.d/default.conf",
                    "deploy/Caddyfile:/etc/caddy/Caddyfile",
                ),
                ("./certificates:/etc/nginx/certificates:ro", "caddy:/data"),
                ("volumes:\n  data:\n", "volumes:\n  caddy:\n  data:\n"),
            ),
        },
    ),
    Sound(
        "haproxy-with-tunnels",
        "other proxy",
        "deployed",
        {
            "deploy/nginx.conf": None,
            ".env.example": "SECRET_KEY=\nREDIS_URL=redis://127.0.0.1:6379/0\n",
            "deploy/haproxy.cfg": """defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tunnel 1h

frontend https
    bind :443 ssl crt /etc/haproxy/chat.pem
    http-request set-header X-Forwarded-Proto https
    default_backend chat

backend chat
    option forwardfor
    server web 127.0.0.1:8000 check
""",
            "compose.yaml": None,
            **WHITENOISE,
        },
    ),
    Sound(
        "balancer-terminates-tls",
        "tls termination",
        "deployed",
        {
            "deploy/nginx.conf": """map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}

server {
    # Behind the load balancer, which has the certificate.
    listen 80 default_server;
    server_name chat.example.org;

    location /static/ {
        alias /srv/static/;
    }

    location / {
        proxy_pass http://web:8000;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
        proxy_read_timeout 300s;
    }
}
""",
            "compose.yaml": (
                ('      - "443:443"\n', ""),
                ("      - ./certificates:/etc/nginx/certificates:ro\n", ""),
            ),
        },
    ),
    Sound(
        "tls-up-to-the-server",
        "tls termination",
        "deployed",
        {
            "requirements.txt": UVICORN,
            "compose.yaml": (
                (
                    COMMAND,
                    """    command: >
      uvicorn mysite.asgi:application --host 0.0.0.0 --port 8443
      --ssl-keyfile /run/tls/key.pem --ssl-certfile /run/tls/cert.pem
""",
                ),
                (
                    "      - data:/data\n      - st",
                    "      - data:/data\n      - ./internal-tls:/run/tls:ro\n      - st",
                ),
            ),
            "deploy/nginx.conf": (
                ("server web:8000;", "server web:8443;"),
                (WS, WS.replace("http://", "https://")),
                (
                    "    location / {\n        proxy_pass http:",
                    "    location / {\n        proxy_pass https:",
                ),
            ),
        },
    ),
    Sound(
        "nginx-snippets",
        "nginx",
        "deployed",
        {
            "deploy/snippets/sockets.conf": """proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";
proxy_read_timeout 1h;
""",
            "deploy/nginx.conf": (
                (MAP, ""),
                (
                    WS,
                    "    location /ws/ {\n        proxy_pass http://chat;\n"
                    "        include /etc/nginx/snippets/sockets.conf;\n",
                ),
                ("        proxy_read_timeout 1h;\n", ""),
            ),
            "compose.yaml": (
                (
                    "      - ./certificates",
                    "      - ./deploy/snippets:/etc/nginx/snippets:ro\n      - ./certificates",
                ),
            ),
        },
    ),
    Sound(
        "three-workers-behind-nginx",
        "nginx",
        "deployed",
        {
            "deploy/nginx.conf": (
                (
                    "    server web:8000;\n",
                    "    least_conn;\n    server web-1:8000;\n    server web-2:8000 max_fails=2;\n",
                ),
            ),
            "compose.yaml": (
                ("services:\n  web:\n    build: .\n", "x-web: &web\n    build: .\n"),
                (
                    "  redis:\n    image",
                    "services:\n  web-1:\n    <<: *web\n  web-2:\n    <<: *web\n"
                    "  redis:\n    image",
                ),
                ("      - web\n", "      - web-1\n      - web-2\n"),
            ),
        },
    ),
]
