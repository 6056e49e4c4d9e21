"""The projects in other layouts: a src/ folder, a repository of several parts, a package."""

from pathlib import Path

from case import Fault, Sound

BASES = Path(__file__).parent / "bases"
BACKEND = "services/chat/backend/"


def moved(base, prefix, *left, replaced=()):
    """Return the edits that move a base below a folder, but for the files that are left.

    `replaced` are texts that are replaced in each file that has them.
    """
    edits = {}
    for path in sorted((BASES / base).rglob("*")):
        name = path.relative_to(BASES / base).as_posix()
        if path.is_dir() or "__pycache__" in name or name in left:
            continue
        text = path.read_text("utf-8")
        for old, new in replaced:
            text = text.replace(old, new)
        edits |= {name: None, prefix + name: text}
    return edits


def monorepo(**files):
    """Return the edits that put the tutorial three folders below the top, with files above it."""
    texts = {
        "compose.yaml": COMPOSE,
        "deploy/nginx.conf": NGINX,
        BACKEND + "Dockerfile": DOCKERFILE,
    }
    redis = [
        ('"redis://127.0.0.1:6379/0"', 'os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")')
    ]
    return {**moved("tutorial", BACKEND, replaced=redis), **texts, **files}


DOCKERFILE = """FROM python:3.12-slim
WORKDIR /srv
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "mysite.asgi:application"]
"""
COMPOSE = """services:
  chat:
    build: services/chat/backend
    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application
    environment:
      REDIS_URL: redis://redis:6379/0
  redis:
    image: redis:8
  nginx:
    image: nginx:1.27
    volumes:
      - ./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro
"""
NGINX = """server {
    listen 80;

    location / {
        proxy_pass http://chat:8000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
    }
}
"""
SRC_MANAGE = '''"""The project's commands."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
'''
TOP_IMPORTS = [
    ('"mysite.', '"backend.mysite.'),
    ("from mysite.", "from backend.mysite."),
    ("from chat.", "from backend.chat."),
    ('"chat.urls"', '"backend.chat.urls"'),
    ('    "chat",\n', '    "backend.chat",\n'),
]
TOP_MANAGE = SRC_MANAGE.replace("mysite.settings", "backend.mysite.settings").replace(
    'Path(__file__).parent / "src"', "Path(__file__).parents[1]"
)

FAULTS = [
    Fault(
        "a misspelt module in compose, three folders above manage.py",
        "deployment-above",
        "tutorial",
        monorepo(**{"compose.yaml": COMPOSE.replace("mysite.asgi", "mysite.agsi")}),
        "compose.yaml",
        "command",
    ),
    Fault(
        "no Upgrade in nginx, three folders above manage.py",
        "deployment-above",
        "tutorial",
        monorepo(
            **{
                "deploy/nginx.conf": NGINX.replace(
                    "        proxy_set_header Upgrade $http_upgrade;\n", ""
                )
            }
        ),
        "deploy/nginx.conf",
        "location /",
    ),
    Fault(
        "gunicorn without a worker class, three folders above manage.py",
        "deployment-above",
        "tutorial",
        monorepo(
            **{
                "compose.yaml": COMPOSE.replace(
                    "daphne -b 0.0.0.0 -p 8000", "gunicorn -b 0.0.0.0:8000"
                )
            }
        ),
        "compose.yaml",
        "command",
    ),
    Fault(
        "WSGI in a Procfile two folders above manage.py",
        "deployment-above",
        "tutorial",
        {
            **moved("tutorial", "app/backend/"),
            "Procfile": "web: cd app/backend && gunicorn mysite.wsgi --bind 0.0.0.0:$PORT\n",
        },
        "Procfile",
        "web:",
    ),
    Fault(
        "the application of another package in the src layout",
        "asgi-application",
        "tutorial",
        {
            **moved("tutorial", "src/", "manage.py", "requirements.txt"),
            "manage.py": SRC_MANAGE,
            "src/mysite/settings.py": (BASES / "tutorial/mysite/settings.py")
            .read_text("utf-8")
            .replace('"mysite.asgi.application"', '"src.mysite.asgi.app"'),
        },
        "src/mysite/settings.py",
        "ASGI_APPLICATION",
    ),
]

SOUND = [
    Sound(
        "the src layout",
        "layout",
        "tutorial",
        {
            **moved("tutorial", "src/", "manage.py", "requirements.txt"),
            "manage.py": SRC_MANAGE,
        },
    ),
    Sound("the project in a folder", "layout", "site", moved("site", "backend/")),
    Sound("a repository of several parts", "layout", "tutorial", monorepo()),
    Sound(
        "a project that is imported from the top of its repository",
        "layout",
        "tutorial",
        {
            **moved("tutorial", "backend/", replaced=TOP_IMPORTS),
            "backend/__init__.py": "",
            "backend/manage.py": TOP_MANAGE,
            "Procfile": "web: daphne -b 0.0.0.0 -p $PORT backend.mysite.asgi:application\n",
        },
    ),
]
