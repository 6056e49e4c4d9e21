"""Faults in the use of the database, of sessions and of blocking code."""

from case import Fault

DESK = "tickets/consumers.py"
SERVICES = "tickets/services.py"
SIGNALS = "tickets/signals.py"
VIEWS = "tickets/views.py"
DEV = "config/settings/dev.py"
PROD = "config/settings/prod.py"
PROD_DATABASE = """DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db",
        "NAME": "desk",
        "USER": "desk",
        "PASSWORD": os.environ["DATABASE_PASSWORD"],
    }
}
"""
HANDLER = '        await self.send_json({"type": "closed", "at": event["at"]})\n'
IMPORTS = "from asgiref.sync import async_to_sync\n"
FROM_TICKET = "from .models import Ticket\n"


def closed(name, shape, code, anchor="", *edits):
    """Return a fault in the handler of the site's asynchronous consumer.

    `code` has the lines that the handler runs before it sends.
    """
    lines = "".join(f"        {line}\n" for line in code.splitlines())
    all_edits = [(HANDLER, lines + HANDLER), *edits]
    return Fault(name, shape, "site", {DESK: all_edits}, DESK, anchor or code.splitlines()[-1])


def imports(text):
    """Return the edit that adds an import."""
    return IMPORTS, f"{text}\n{IMPORTS}"


def ticket(name, shape, line):
    """Return a fault in a line that uses a ticket, which is loaded as it should be."""
    return closed(name, shape, f'ticket = await Ticket.objects.aget(pk=event["id"])\n{line}')


QUERIES = [
    closed("get()", "orm-call", 'self.ticket = Ticket.objects.get(pk=event["id"])'),
    closed("first()", "orm-call", "self.newest = Ticket.objects.order_by('-pk').first()"),
    closed(
        "count() in a condition",
        "orm-call",
        "if Ticket.objects.count() > 100:\n    return",
        "count()",
    ),
    closed("len() of a queryset", "orm-call", "total = len(Ticket.objects.all())"),
    closed(
        "a loop over a queryset",
        "orm-call",
        (
            "for ticket in Ticket.objects.filter(closed_at=None):\n"
            '    await self.send_json({"id": ticket.pk})'
        ),
        "for ticket in Ticket",
    ),
    closed(
        "a list comprehension over a queryset that is built before",
        "orm-call",
        (
            "tickets = Ticket.objects.filter(owner=self.user)\n"
            "titles = [ticket.title for ticket in tickets]"
        ),
    ),
    closed(
        "get_or_create() of a related manager",
        "orm-call",
        "self.user.tickets.get_or_create(title=event['at'], team_id=1)",
    ),
    closed(
        "get_object_or_404()",
        "orm-call",
        'ticket = get_object_or_404(Ticket, pk=event["id"])',
        "",
        imports("from django.shortcuts import get_object_or_404"),
    ),
    ticket("save()", "orm-call", "ticket.save()"),
    ticket("refresh_from_db()", "orm-call", "ticket.refresh_from_db()"),
    ticket("add() of a many-to-many field", "orm-call", "ticket.watchers.add(self.user)"),
    ticket(
        "a queryset in a condition", "orm-call", "is_watched = self.user in ticket.watchers.all()"
    ),
    closed(
        "a service with a query", "orm-call", "replies = services.recent_replies(self.ticket_id)"
    ),
    closed(
        "a service through a synchronous method of the consumer",
        "orm-call",
        "self.load()",
        "load(",
        (
            "    @database_sync_to_async\n    def may_see(self):",
            (
                "    def load(self):\n"
                "        self.replies = services.recent_replies(self.ticket_id)\n\n"
                "    @database_sync_to_async\n    def may_see(self):"
            ),
        ),
    ),
    closed(
        "await on a synchronous method",
        "orm-call",
        'ticket = await Ticket.objects.get(pk=event["id"])',
    ),
    closed(
        "aget() that is not awaited",
        "orm-call",
        (
            'ticket = Ticket.objects.aget(pk=event["id"])\n'
            'await self.send_json({"title": ticket.title})'
        ),
        "Ticket.objects.aget",
    ),
]

ATTRIBUTES = [
    ticket("a property that counts", "orm-property", "count = ticket.reply_count"),
    ticket("a property that reads a related object", "orm-property", "name = ticket.team_name"),
    ticket("a method that queries", "orm-property", "last = ticket.last_reply()"),
    closed(
        "a property of the profile",
        "orm-property",
        "profile = await Profile.objects.aget(user=self.user)\nif profile.is_busy:\n    return",
        "profile.is_busy",
        imports("from accounts.models import Profile\n"),
    ),
    ticket("the owner of a ticket", "orm-foreign-key", "name = ticket.owner.username"),
    ticket(
        "the team of a ticket in a message",
        "orm-foreign-key",
        'await self.send_json({"team": ticket.team.slug})',
    ),
    closed(
        "two relations in a loop",
        "orm-foreign-key",
        (
            "async for reply in Reply.objects.filter(ticket_id=self.ticket_id):\n"
            '    await self.send_json({"by": reply.author.get_username(), "text": reply.text})'
        ),
        "",
        (FROM_TICKET, "from .models import Reply, Ticket\n"),
    ),
    closed(
        "select_related() of another relation",
        "orm-foreign-key",
        (
            'ticket = await Ticket.objects.select_related("owner").aget(pk=event["id"])\n'
            "name = ticket.team.name"
        ),
    ),
    closed("the profile of the user", "orm-user", "team = self.user.profile.team_id"),
    closed(
        "the groups of the user",
        "orm-user",
        'is_agent = self.scope["user"].groups.filter(name="agents").exists()',
    ),
    closed(
        "has_perm()",
        "orm-user",
        'if not self.scope["user"].has_perm("tickets.view_ticket"):\n    return',
        "has_perm",
    ),
    closed("get_all_permissions()", "orm-user", "permissions = self.user.get_all_permissions()"),
    closed(
        "the tickets of the user",
        "orm-user",
        "open_now = self.user.tickets.filter(closed_at=None).exists()",
    ),
    closed(
        "saving the user",
        "orm-user",
        "self.user.last_login = timezone.now()\nself.user.save()",
        "",
        imports("from django.utils import timezone"),
    ),
]

HELPERS = [
    closed(
        ("a service with @transaction.atomic"),
        "orm-atomic",
        "services.close_ticket(self.ticket_id)",
    ),
    closed(
        "with transaction.atomic()",
        "orm-atomic",
        (
            "with transaction.atomic():\n"
            '    await Ticket.objects.filter(pk=event["id"]).aupdate(title="")'
        ),
        "with transaction.atomic()",
        imports("from django.db import transaction"),
    ),
    closed(
        "async with transaction.atomic()",
        "orm-atomic",
        (
            "async with transaction.atomic():\n"
            '    await Ticket.objects.filter(pk=event["id"]).aupdate(title="")'
        ),
        "async with transaction.atomic()",
        imports("from django.db import transaction"),
    ),
    Fault(
        "@transaction.atomic on an asynchronous method",
        "orm-atomic",
        "site",
        {
            DESK: [
                (
                    "    async def ticket_closed(self, event):\n",
                    (
                        "    @transaction.atomic\n    async def ticket_closed(self, event):\n"
                        '        await Ticket.objects.filter(pk=event["id"]).aupdate(title="")\n'
                    ),
                ),
                (IMPORTS, "from django.db import transaction\n\n" + IMPORTS),
            ]
        },
        DESK,
        "@transaction.atomic",
    ),
    Fault(
        "a signal whose receiver queries is sent from a consumer",
        "orm-signal",
        "site",
        {
            SIGNALS: [
                (
                    "@receiver(post_save, sender=Reply)\n",
                    (
                        "ticket_read = Signal()\n\n\n@receiver(ticket_read)\n"
                        "def forget_watcher(sender, ticket_id, user, **kwargs):\n"
                        "    Ticket.objects.get(pk=ticket_id).watchers.remove(user)\n\n\n"
                        "@receiver(post_save, sender=Reply)\n"
                    ),
                ),
                (
                    "from django.dispatch import receiver\n",
                    "from django.dispatch import Signal, receiver\n",
                ),
                ("from .models import Reply\n", "from .models import Reply, Ticket\n"),
            ],
            DESK: [
                (
                    HANDLER,
                    "        signals.ticket_read.send(\n"
                    "            type(self), ticket_id=self.ticket_id, user=self.user\n"
                    "        )\n" + HANDLER,
                ),
                ("from . import services\n", "from . import services, signals\n"),
            ],
        },
        DESK,
        "ticket_read.send(",
        paths=[SIGNALS],
    ),
    closed(
        "Django's own receiver of user_logged_in",
        "orm-signal",
        "user_logged_in.send(type(self.user), request=None, user=self.user)",
        "",
        imports("from django.contrib.auth.signals import user_logged_in"),
    ),
    closed(
        "filter() in a thread",
        "orm-lazy-queryset",
        (
            "tickets = await database_sync_to_async(Ticket.objects.filter)(closed_at=None)\n"
            'await self.send_json({"titles": [each.title for each in tickets]})'
        ),
    ),
    closed(
        "a lambda in a thread that returns a queryset",
        "orm-lazy-queryset",
        (
            "tickets = await sync_to_async(lambda: Ticket.objects.filter(owner=self.user))()\n"
            "for each in tickets:\n    await self.send_json({'title': each.title})"
        ),
        "for each in tickets:",
        imports("from asgiref.sync import sync_to_async"),
    ),
    Fault(
        "a decorated method returns a slice of a queryset",
        "orm-lazy-queryset",
        "site",
        {
            DESK: [
                (
                    "        return services.recent_replies(self.ticket_id)\n",
                    (
                        "        return "
                        'Reply.objects.filter(ticket_id=self.ticket_id).values("id", '
                        '"text")[:20]\n'
                    ),
                ),
                (FROM_TICKET, "from .models import Reply, Ticket\n"),
                (
                    (
                        '        await self.send_json({"type": "history", "replies": await '
                        "self.recent_replies()})\n"
                    ),
                    (
                        "        replies = await self.recent_replies()\n"
                        '        await self.send_json({"type": "history", "replies": '
                        "list(replies)})\n"
                    ),
                ),
            ]
        },
        DESK,
        "list(replies)",
    ),
    Fault(
        "a decorated service returns a queryset",
        "orm-lazy-queryset",
        "site",
        {
            SERVICES: [
                (
                    "def may_see(",
                    (
                        "@database_sync_to_async\ndef open_tickets(user):\n"
                        '    return user.tickets.filter(closed_at=None).order_by("opened_at")\n\n'
                        "\n"
                        "def may_see("
                    ),
                ),
                (
                    "from channels.layers",
                    "from channels.db import database_sync_to_async\nfrom channels.layers",
                ),
            ],
            DESK: [
                (
                    HANDLER,
                    "        for each in await services.open_tickets(self.user):\n"
                    '            await self.send_json({"title": each.title})\n' + HANDLER,
                )
            ],
        },
        DESK,
        "for each in await services.open_tickets",
        paths=[SERVICES],
    ),
    closed(
        "the foreign key of an instance from a thread",
        "orm-lazy-queryset",
        (
            'ticket = await database_sync_to_async(Ticket.objects.get)(pk=event["id"])\n'
            'await self.send_json({"owner": ticket.owner.get_username()})'
        ),
    ),
    closed(
        "a query in sync_to_async",
        "orm-connection",
        'ticket = await sync_to_async(Ticket.objects.get)(pk=event["id"])',
        "",
        imports("from asgiref.sync import sync_to_async"),
    ),
    closed(
        "a query in asyncio.to_thread()",
        "orm-connection",
        "replies = await asyncio.to_thread(services.recent_replies, self.ticket_id)",
        "",
        imports("import asyncio\n"),
    ),
]

SESSIONS = [
    closed(
        "session.save()",
        "session",
        'self.scope["session"]["seen"] = event["id"]\nself.scope["session"].save()',
    ),
    closed(
        "a change of the session is not saved",
        "session",
        'self.scope["session"]["seen"] = event["id"]',
    ),
    closed(
        "login() without saving the session",
        "session",
        "await login(self.scope, self.user)",
        "",
        imports("from channels.auth import login"),
    ),
    closed(
        "logout() without saving the session",
        "session",
        "await logout(self.scope)",
        "",
        imports("from channels.auth import logout"),
    ),
    Fault(
        "login() without saving, in a synchronous consumer",
        "session",
        "site",
        {
            DESK: [
                (
                    "    def board_changed(self, event):\n",
                    (
                        "    def board_changed(self, event):\n"
                        '        async_to_sync(login)(self.scope, self.scope["user"])\n'
                    ),
                ),
                (IMPORTS, IMPORTS + "from channels.auth import login\n"),
            ]
        },
        DESK,
        "async_to_sync(login)",
    ),
    closed("session.flush()", "session", 'self.scope["session"].flush()'),
]

BLOCKING = [
    closed(
        "cache.get()",
        "blocking",
        'seen = cache.get("seen")',
        "",
        imports("from django.core.cache import cache"),
    ),
    closed(
        "cache.add() in a condition",
        "blocking",
        'if not cache.add("closing", True, timeout=5):\n    return',
        "cache.add(",
        imports("from django.core.cache import cache"),
    ),
    closed(
        "caches[…].set()",
        "blocking",
        'caches["default"].set("closed", event["id"])',
        "",
        imports("from django.core.cache import caches"),
    ),
    closed(
        "a synchronous Redis client",
        "blocking",
        'redis.Redis(host="redis").publish("closed", event["at"])',
        "",
        imports("import redis\n"),
    ),
    closed(
        "redis.from_url()",
        "blocking",
        'client = redis.from_url("redis://redis:6379/0")\nclient.incr("closed")',
        "",
        imports("import redis\n"),
    ),
    closed(
        "urlopen()",
        "blocking",
        'urlopen("https://hooks.example.com/closed", timeout=5)',
        "",
        imports("from urllib.request import urlopen\n"),
    ),
    closed("time.sleep()", "blocking", "time.sleep(1)", "", imports("import time\n")),
    closed(
        "send_mail()",
        "blocking",
        'send_mail("Closed", event["at"], "desk@example.com", [self.user.email])',
        "",
        imports("from django.core.mail import send_mail"),
    ),
    closed(
        "subprocess.run()",
        "blocking",
        'subprocess.run(["backup", str(event["id"])], check=True)',
        "",
        imports("import subprocess\n"),
    ),
    closed(
        "the result of a future",
        "blocking",
        "POOL.submit(services.recent_replies, self.ticket_id).result()",
        "",
        imports("from concurrent.futures import ThreadPoolExecutor\n"),
        ("MAX_TEXT = 2000\n", "MAX_TEXT = 2000\nPOOL = ThreadPoolExecutor()\n"),
    ),
]


ON_COMMIT = [
    Fault(
        "post_save sends before the commit",
        "before-commit",
        "site",
        {
            SIGNALS: [
                (
                    "        transaction.on_commit(partial(send_reply, instance))\n",
                    "        send_reply(instance)\n",
                ),
                ("from functools import partial\n\n", ""),
                ("from django.db import transaction\n", ""),
            ]
        },
        SIGNALS,
        "        send_reply(instance)",
    ),
    Fault(
        "post_save calls group_send() itself",
        "before-commit",
        "site",
        {
            SIGNALS: [
                (
                    "        transaction.on_commit(partial(send_reply, instance))\n",
                    (
                        "        async_to_sync(get_channel_layer().group_send)(\n"
                        "            ticket_group(instance.ticket_id),\n"
                        '            {"type": "reply.added", "id": instance.pk, "text": '
                        "instance.text},\n"
                        "        )\n"
                    ),
                ),
            ]
        },
        SIGNALS,
        "ticket_group(instance.ticket_id)",
    ),
    Fault(
        "a service sends inside its transaction",
        "before-commit",
        "site",
        {
            SERVICES: [
                (
                    "    transaction.on_commit(lambda: send_closed(ticket))\n",
                    "    send_closed(ticket)\n",
                )
            ]
        },
        SERVICES,
        "    send_closed(ticket)",
    ),
    Fault(
        "on_commit() gets the result of the call",
        "before-commit",
        "site",
        {
            SERVICES: [
                (
                    "transaction.on_commit(lambda: send_closed(ticket))",
                    "transaction.on_commit(send_closed(ticket))",
                )
            ]
        },
        SERVICES,
        "transaction.on_commit(send_closed(ticket))",
    ),
    Fault(
        "a view sends inside its transaction",
        "before-commit",
        "site",
        {
            VIEWS: [
                (
                    "        opened.watchers.add(request.user)\n    async_to_sync",
                    "        opened.watchers.add(request.user)\n        async_to_sync",
                )
            ]
        },
        VIEWS,
        "group_send",
    ),
    Fault(
        "a view sends in the transaction of the request",
        "before-commit",
        "site",
        {
            DEV: [
                (
                    '"NAME": BASE_DIR / "db.sqlite3"',
                    '"NAME": BASE_DIR / "db.sqlite3", "ATOMIC_REQUESTS": True',
                )
            ],
            PROD: [
                (
                    '        "HOST": "db",\n',
                    '        "HOST": "db",\n        "ATOMIC_REQUESTS": True,\n',
                )
            ],
        },
        VIEWS,
        "group_send",
        paths=[DEV, PROD],
    ),
    Fault(
        "m2m_changed sends before the commit",
        "before-commit",
        "site",
        {
            SIGNALS: [
                (
                    "def send_reply(",
                    (
                        "@receiver(m2m_changed, sender=Ticket.watchers.through)\n"
                        "def watchers_changed(sender, instance, **kwargs):\n"
                        "    async_to_sync(get_channel_layer().group_send)(\n"
                        '        f"board.{instance.team_id}", {"type": "board.changed"}\n'
                        "    )\n\n\ndef send_reply("
                    ),
                ),
                ("import post_save\n", "import m2m_changed, post_save\n"),
                ("from .models import Reply\n", "from .models import Reply, Ticket\n"),
            ]
        },
        SIGNALS,
        'f"board.{instance.team_id}"',
    ),
]

CONNECTIONS = [
    Fault(
        "CONN_MAX_AGE of a minute",
        "conn-max-age",
        "site",
        {
            PROD: [
                (
                    '        "HOST": "db",\n',
                    ('        "HOST": "db",\n        "CONN_MAX_AGE": 60,\n'),
                )
            ]
        },
        PROD,
        '"CONN_MAX_AGE": 60',
    ),
    Fault(
        "CONN_MAX_AGE is set afterwards",
        "conn-max-age",
        "site",
        {
            PROD: [
                (
                    "CSRF_COOKIE_SECURE = True\n",
                    "CSRF_COOKIE_SECURE = True\nCONN_MAX_AGE = 600\n",
                ),
                (
                    '        "HOST": "db",\n',
                    '        "HOST": "db",\n        "CONN_MAX_AGE": CONN_MAX_AGE,\n',
                ),
            ]
        },
        PROD,
        "CONN_MAX_AGE",
    ),
    Fault(
        "conn_max_age in a call",
        "conn-max-age",
        "site",
        {
            PROD: [
                (
                    PROD_DATABASE,
                    'DATABASES = {"default": dj_database_url.config(conn_max_age=600)}\n',
                ),
                ("import os\n\n", "import os\n\nimport dj_database_url\n\n"),
            ],
            "requirements/prod.txt": [("gunicorn>=23\n", "dj-database-url>=3\ngunicorn>=23\n")],
        },
        PROD,
        "conn_max_age=600",
    ),
    Fault(
        "CONN_MAX_AGE is set in the result of a call",
        "conn-max-age",
        "site",
        {
            PROD: [
                (
                    PROD_DATABASE,
                    (
                        'DATABASES = {"default": env.db("DATABASE_URL")}\n'
                        'DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", '
                        "default=60)\n"
                    ),
                ),
                ("import os\n\n", "import os\n\nimport environ\n\n"),
                ("DEBUG = False\n", "env = environ.Env()\nDEBUG = False\n"),
            ],
            "requirements/prod.txt": [("gunicorn>=23\n", "django-environ>=0.12\ngunicorn>=23\n")],
        },
        PROD,
        '["CONN_MAX_AGE"]',
    ),
]

FAULTS = [*QUERIES, *ATTRIBUTES, *HELPERS, *SESSIONS, *BLOCKING, *ON_COMMIT, *CONNECTIONS]
