"""Other processes that talk to the sockets: Celery, and the worker of Channels."""

from case import Sound

CELERY = """import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("auction")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""

TASKS = '''from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer

from .groups import FEED
from .models import Lot


@shared_task
def recommend():
    """Show the lot that closes next on the front page again."""
    lot = Lot.objects.filter(is_closed=False).order_by("closes_at").first()
    if lot is not None:
        event = {"type": "feed.lot", "lot": lot.pk, "title": lot.title}
        async_to_sync(get_channel_layer().group_send)(FEED, event)
'''

CELERY_SERVICE = """  worker:
    build: .
    environment: *environment
    command: celery -A config worker --loglevel INFO
    depends_on: [db, redis]
    restart: unless-stopped

  beat:
    build: .
    environment: *environment
    command: celery -A config beat --schedule /tmp/beat
    depends_on: [redis]
    restart: unless-stopped

  db:
"""

WORKER = """from channels.consumer import AsyncConsumer, SyncConsumer


class MailConsumer(SyncConsumer):
    def mail_send(self, message):
        print("mail to", message["to"])


class CountConsumer(AsyncConsumer):
    async def count_add(self, message):
        await self.channel_layer.group_send(
            "chat_lobby", {"type": "chat.message", "message": f"+{message['number']}"}
        )
"""

WORKER_SERVICE = """      - redis

  worker:
    build: .
    command: python manage.py runworker mail counts
    environment:
      SECRET_KEY: ${SECRET_KEY:?set it in .env}
      REDIS_URL: redis://redis:6379/0
      DATABASE_FILE: /data/db.sqlite3
    volumes:
      - data:/data
    depends_on:
      - redis

"""

JOBS = """from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def count(number):
    send = async_to_sync(get_channel_layer().send)
    send("counts", {"type": "count.add", "number": number})


def mail(address):
    async_to_sync(get_channel_layer().send)("mail", {"type": "mail.send", "to": address})
"""

SOUND = [
    Sound(
        "celery_tells_the_sockets",
        "Celery",
        "site",
        {
            "config/celery.py": CELERY,
            "config/__init__.py": "from .celery import app as celery_app\n\n__all__ ="
            ' ["celery_app"]\n',
            "auctions/tasks.py": TASKS,
            "config/settings/production.py": [
                (
                    "CACHES = {",
                    'CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", '
                    '"redis://redis:6379/3")\n'
                    'CELERY_BEAT_SCHEDULE = {\n    "recommend": {"task":'
                    ' "auctions.tasks.recommend", '
                    '"schedule": 300.0},\n}\n\nCACHES = {',
                )
            ],
            "Procfile": [
                ("web: ", "worker: celery -A config worker --beat --schedule /tmp/beat\nweb: ")
            ],
            "compose.yaml": [("  db:\n", CELERY_SERVICE)],
            "requirements.txt": [("gunicorn>=23\n", "celery[redis]>=5.4\ngunicorn>=23\n")],
        },
    ),
    Sound(
        "worker_with_two_channels",
        "worker",
        "deployed",
        {
            "chat/workers.py": WORKER,
            "mysite/asgi.py": [
                (
                    "import ProtocolTypeRouter, URLRouter",
                    "import ChannelNameRouter, ProtocolTypeRouter, URLRouter",
                ),
                (
                    "import websocket_urlpatterns  # noqa: E402",
                    "import websocket_urlpatterns  # noqa: E402\nfrom chat import workers  #"
                    " noqa: E402",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": django_asgi_app,\n        "channel": ChannelNameRouter(\n     '
                    "       {\n"
                    '                "mail": workers.MailConsumer.as_asgi(),\n'
                    '                "counts": workers.CountConsumer.as_asgi(),\n            }\n  '
                    "      ),\n",
                ),
            ],
            "mysite/settings.py": [('    "daphne",\n', '    "daphne",\n    "channels",\n')],
            "compose.yaml": [("      - redis\n\n", WORKER_SERVICE)],
            "Procfile": [("web: ", "worker: python manage.py runworker mail counts\nweb: ")],
            "deploy/chat.service": None,
            "chat/jobs.py": JOBS,
            "chat/views.py": [
                (
                    "from django.shortcuts import render\n",
                    "from django.shortcuts import render\n\nfrom .jobs import count, mail\n",
                ),
                (
                    "def room(request, room_name):\n",
                    "def room(request, room_name):\n    count(1)\n    if"
                    " request.user.is_authenticated:\n"
                    "        mail(request.user.email)\n",
                ),
            ],
        },
    ),
]
