"""Sound use of clients, tasks, threads and Celery from asynchronous code."""

from case import Sound

EXISTS = """    async def lot_exists(self):
        return await Lot.objects.filter(pk=self.lot_id).aexists()
"""
TITLES = "        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]\n"
ACCEPT = "        await self.accept()\n        await self.send_json"
GROUP = "    group = None\n"
DISCONNECT = "        if self.group is not None:\n"
LAMBDA = "        transaction.on_commit(lambda: announce_bid(bid))\n"

SOUND = [
    Sound(
        "aiohttp-session-of-a-socket",
        "clients",
        "site",
        {
            "requirements.txt": (("gunicorn", "aiohttp>=3.11,<4\ngunicorn"),),
            "auctions/consumers.py": (
                ("import logging\n", "import logging\n\nimport aiohttp\n"),
                (GROUP, GROUP + "    http = None\n"),
                (
                    ACCEPT,
                    ACCEPT.replace("()\n", "()\n        self.http = aiohttp.ClientSession()\n", 1),
                ),
                (
                    DISCONNECT,
                    "        if self.http is not None:\n            await self.http.close()\n"
                    + DISCONNECT,
                ),
                (
                    EXISTS,
                    EXISTS
                    + """
    async def lot_rates(self, event):
        async with self.http.get(event["url"], timeout=aiohttp.ClientTimeout(total=3)) as answer:
            await self.send_json({"event": "rates", "rates": await answer.json()})
""",
                ),
            ),
        },
    ),
    Sound(
        "httpx-client-for-everybody",
        "clients",
        "site",
        {
            "requirements.txt": (("gunicorn", "httpx>=0.28,<1\ngunicorn"),),
            "auctions/rates.py": """import httpx

URL = "https://rates.example.com/v1/latest"


async def fetch_rate(currency):
    async with httpx.AsyncClient(timeout=httpx.Timeout(3.0)) as client:
        response = await client.get(URL, params={"to": currency})
        response.raise_for_status()
    return response.json()["rate"]
""",
            "auctions/consumers.py": (
                ("from .services", "from .rates import fetch_rate\nfrom .services"),
                (
                    '        if content.get("action") != "bid":',
                    """        if content.get("action") == "rate":
            await self.send_json({"event": "rate", "rate": await fetch_rate("EUR")})
            return
        if content.get("action") != "bid":""",
                ),
            ),
        },
    ),
    Sound(
        "presence-in-redis",
        "clients",
        "site",
        {
            "config/settings/base.py": (
                ("from pathlib", "import os\nfrom pathlib"),
                (
                    "DEBUG = False\n",
                    "DEBUG = False\n\n"
                    'PRESENCE_URL = os.environ.get("REDIS_URL", "redis://redis:6379/1")\n',
                ),
            ),
            "auctions/presence.py": """from contextlib import asynccontextmanager

import redis.asyncio as redis
from django.conf import settings


@asynccontextmanager
async def connection():
    client = redis.from_url(settings.PRESENCE_URL, decode_responses=True)
    try:
        yield client
    finally:
        await client.aclose()


async def enter(lot_id, user_id):
    async with connection() as client, client.pipeline() as pipe:
        pipe.sadd(f"lot:{lot_id}", user_id)
        pipe.expire(f"lot:{lot_id}", 3600)
        pipe.scard(f"lot:{lot_id}")
        *_, watchers = await pipe.execute()
    return watchers
""",
            "auctions/consumers.py": (
                ("from .services", "from .presence import enter\nfrom .services"),
                (
                    EXISTS,
                    EXISTS
                    + """
    async def lot_watchers(self, event):
        count = await enter(self.lot_id, self.user.pk)
        await self.send_json({"event": "watchers", "count": count})
""",
                ),
            ),
        },
    ),
    Sound(
        "celery-after-the-commit",
        "celery",
        "site",
        {
            "requirements.txt": (("gunicorn", "celery[redis]>=5.4,<6\ngunicorn"),),
            "config/celery.py": """import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
app = Celery("auction")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
            "config/__init__.py": "from .celery import app as celery_app  # noqa: F401\n",
            "tests/test_lots.py": (
                ('receive_json_from())["amount"]', 'receive_json_from(timeout=10))["amount"]'),
            ),
            "config/settings/development.py": (
                ("DEBUG = True", "DEBUG = True\nCELERY_TASK_ALWAYS_EAGER = True"),
            ),
            "config/settings/test.py": (
                ("SECRET_KEY", "CELERY_TASK_ALWAYS_EAGER = True\nSECRET_KEY"),
            ),
            "config/settings/base.py": (
                ("from pathlib", "import os\nfrom pathlib"),
                (
                    "DEBUG = False\n",
                    "DEBUG = False\n\n"
                    'CELERY_BROKER_URL = os.environ.get("CACHE_URL", "redis://redis:6379/0")\n',
                ),
            ),
            "auctions/tasks.py": """from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from config.celery import app

from .groups import lot_group
from .models import Bid


@app.task(ignore_result=True)
def announce(bid_id):
    bid = Bid.objects.get(pk=bid_id)
    event = {
        "type": "lot.bid",
        "amount": str(bid.amount),
        "placed_at": bid.placed_at.isoformat(),
    }
    async_to_sync(get_channel_layer().group_send)(lot_group(bid.lot_id), event)
""",
            "auctions/services.py": (
                (LAMBDA, "        transaction.on_commit(lambda: announce.delay(bid.pk))\n"),
                (
                    "from .models import Bid, Lot\n",
                    "from .models import Bid, Lot\nfrom .tasks import announce\n",
                ),
            ),
            "compose.yaml": (
                (
                    "  db:\n    image",
                    """  worker:
    build: .
    environment: *environment
    command: celery -A config worker --loglevel info
    depends_on: [db, redis]

  db:
    image""",
                ),
            ),
        },
    ),
    Sound(
        "heartbeat-in-a-task",
        "background tasks",
        "site",
        {
            "auctions/consumers.py": (
                ("import json\n", "import asyncio\nimport contextlib\nimport json\n"),
                (
                    "    groups = [FEED]\n",
                    """    groups = [FEED]
    beat = None

    async def heartbeat(self):
        while True:
            await asyncio.sleep(20)
            await self.send(text_data='{"event": "beat"}')

    async def disconnect(self, code):
        if self.beat is not None:
            self.beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.beat
""",
                ),
                (TITLES, "        self.beat = asyncio.create_task(self.heartbeat())\n" + TITLES),
            )
        },
    ),
    Sound(
        "gathered-in-a-task-group",
        "background tasks",
        "site",
        {
            "auctions/consumers.py": (
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    "        if not await self.lot_exists():\n",
                    """        try:
            async with asyncio.timeout(3), asyncio.TaskGroup() as tasks:
                exists = tasks.create_task(self.lot_exists())
                banned = tasks.create_task(self.is_banned())
        except TimeoutError:
            await self.close(code=4500)
            return
        if banned.result() or not exists.result():
""",
                ),
                (
                    EXISTS,
                    EXISTS
                    + """
    async def is_banned(self):
        return await cache.aget(f"banned:{self.user.pk}", default=False)
""",
                ),
                ("from .groups", "from django.core.cache import cache\n\nfrom .groups"),
            )
        },
    ),
    Sound(
        "async-view-that-tells",
        "views",
        "site",
        {
            "auctions/views.py": (
                (
                    "from django.contrib",
                    "from channels.layers import get_channel_layer\nfrom django.contrib",
                ),
                (
                    "from django.shortcuts",
                    "from django.http import HttpResponse\n"
                    "from django.views.decorators.http import require_POST\n"
                    "from django.shortcuts",
                ),
                (
                    "from .models import Lot\n",
                    """from .groups import lot_group
from .models import Lot


@require_POST
@login_required
async def withdraw(request, lot_id):
    user = await request.auser()
    closed = await Lot.objects.filter(pk=lot_id, seller=user).aupdate(is_closed=True)
    if closed:
        layer = get_channel_layer()
        await layer.group_send(lot_group(lot_id), {"type": "lot.closed", "winner": None})
    return HttpResponse(status=204 if closed else 404)
""",
                ),
            ),
            "auctions/urls.py": (
                ("\n]", '\n    path("lots/<int:lot_id>/withdraw/", views.withdraw),\n]'),
            ),
        },
    ),
    Sound(
        "hashing-in-a-thread",
        "blocking work",
        "site",
        {
            "auctions/consumers.py": (
                ("import json\n", "import asyncio\nimport hashlib\nimport json\nimport time\n"),
                (
                    "class LotConsumer",
                    """def fingerprint(text):
    time.sleep(0.01)  # Not in the loop: this runs in a thread.
    return hashlib.scrypt(text.encode(), salt=b"lot", n=1024, r=8, p=1).hex()


class LotConsumer""",
                ),
                (
                    '        if content.get("action") != "bid":',
                    """        if content.get("action") == "seal":
            seal = await asyncio.to_thread(fingerprint, str(content.get("amount")))
            await self.send_json({"event": "seal", "seal": seal})
            return
        if content.get("action") != "bid":""",
                ),
            )
        },
    ),
]
