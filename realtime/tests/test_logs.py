"""Each log line says which connection and which user it is about."""

import asyncio
import io
import logging
import re
from contextvars import Context, copy_context
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import HttpCommunicator
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path

from accounts.models import User
from config.asgi import application
from realtime import daphne
from realtime.consumers import MessageConsumer
from realtime.hub import current_hub
from realtime.logs import (
    ConnectionFilter,
    ConnectionMiddleware,
    RequestMiddleware,
    Served,
    served,
    set_user,
)
from realtime.messages import Message
from tests.conftest import cookie_of
from tests.steps import LIMIT, until

GROUP = "test.logs"
LINE = re.compile(r"\S+ \S+ (?P<level>[A-Z]+) (?P<logger>\S+) \[(\S+) (\S+)\] (?P<text>.*)")

logger = logging.getLogger("test")


class Log:
    """What has been written to the console."""

    def __init__(self):
        self.stream = io.StringIO()

    def who(self, part):
        """Return the connection and the user of each line with this text."""
        lines = (LINE.match(line) for line in self.stream.getvalue().splitlines())
        return [(line[3], line[4]) for line in lines if line and part in line["text"]]


@pytest.fixture
def log():
    """The console, as LOGGING in config/settings.py sets it up."""
    handlers = [
        each for each in logging.getLogger().handlers if isinstance(each, logging.StreamHandler)
    ]
    [console] = [
        each for each in handlers if any(isinstance(f, ConnectionFilter) for f in each.filters)
    ]
    log = Log()
    terminal = console.setStream(log.stream)
    yield log
    console.setStream(terminal)


# Sockets


class Break(Message, tag="test.break"):
    """Fail, after a word from a thread."""


class Clumsy(MessageConsumer):
    """Breaks whatever it touches."""

    accepts = Break
    looks = 0

    def group_names(self):
        return [GROUP]

    async def can_join(self):
        self.looks += 1
        if self.looks > 1:
            raise RuntimeError("a look")
        return True

    async def receive_message(self, message):
        await sync_to_async(logger.warning)("a thread speaks")
        raise RuntimeError("a message")

    async def test_break(self, event):
        logger.warning("an event comes")


async def everything_of(log, part, count):
    """Return who wrote the lines with this text, once there are so many of them, or more."""
    await until(lambda: len(log.who(part)) >= count)
    return log.who(part)


async def test_two_sockets_have_an_id_each_and_their_users_in_all_lines(
    connect, serve, log, alice, bob
):
    page = serve(Clumsy)
    sockets = {user.username: await connect(page, user) for user in (alice, bob)}
    for _ in range(2):
        for socket in sockets.values():
            await socket.send_json_to({"type": "test.break"})
    await get_channel_layer().group_send(GROUP, {"type": "test.break"})
    current_hub().sockets.catch_up()
    seen = [
        *await everything_of(log, "a thread speaks", 4),
        *await everything_of(log, "Clumsy failed.", 4),
        *await everything_of(log, "an event comes", 2),
        *await everything_of(log, "could not be looked at again", 2),
    ]
    ids = {user: {line_id for line_id, name in seen if name == user} for user in sockets}
    assert [len(each) for each in ids.values()] == [1, 1]
    assert ids["alice"] != ids["bob"]
    assert {name for _, name in seen} == {"alice", "bob"}
    assert "-" not in ids["alice"] | ids["bob"]


async def test_a_socket_that_is_refused_has_an_id_and_no_user(visit, log):
    for _ in range(2):
        await visit("/ws/echo/", origin=b"https://evil.example")
    (first, nobody), (second, _) = log.who("A socket was refused")
    assert nobody == "-"
    assert len({first, second, "-"}) == 3


async def test_what_fails_in_a_plain_consumer_under_daphne_is_about_its_socket(log, monkeypatch):
    async def fail(scope, receive, send):
        raise RuntimeError("a mistake")

    monkeypatch.setattr(daphne, "daphne_protocol", lambda send: object())
    monkeypatch.setattr(daphne, "Valve", lambda protocol, send: Mock())
    monkeypatch.setattr(daphne.DaphneMiddleware, "_watch_for_the_end", lambda self: None)
    served_by_daphne = ConnectionMiddleware(daphne.DaphneMiddleware(fail))
    with pytest.raises(RuntimeError):
        await asyncio.create_task(served_by_daphne({"type": "websocket"}, None, None))
    [(line_id, _)] = log.who("A socket's application failed.")
    assert line_id != "-"


class Broken:
    """A member that fails."""

    def deliver(self, event):
        raise RuntimeError("a mistake")

    def catch_up(self):
        """There is nothing to read."""


class Sender(MessageConsumer):
    accepts = Break
    sign_in = False

    async def receive_message(self, message):
        broken = Broken()
        await current_hub().join(GROUP, broken)
        await get_channel_layer().group_send(GROUP, {"type": "test.break"})


async def test_what_the_hub_logs_is_about_no_connection_whoever_made_it_work(visit, serve, log):
    socket = await visit(serve(Sender))
    await socket.send_json_to({"type": "test.break"})
    assert await everything_of(log, f"A member of {GROUP} failed.", 1) == [("-", "-")]


def test_a_line_outside_of_any_connection_has_two_dashes(log):
    logger.warning("on my own")
    assert log.who("on my own") == [("-", "-")]


# Requests


def fail(request):
    assert request.user.is_authenticated
    raise RuntimeError("a mistake")


def stay_away(request):
    logger.warning("nobody asked who it is")
    return HttpResponse()


urlpatterns = [path("fail/", fail), path("stay-away/", stay_away)]


@pytest.fixture
def get(async_db, settings):
    """Make a request to the whole application."""
    settings.ROOT_URLCONF = __name__
    settings.ALLOWED_HOSTS = ["testserver"]

    async def get(path, user):
        headers = [(b"host", b"testserver"), (b"cookie", await cookie_of(user))]
        http = HttpCommunicator(application, "GET", path, headers=headers)
        http.scope["scheme"] = "https"
        status = (await http.get_response(LIMIT))["status"]
        await http.wait(LIMIT)
        return status

    return get


async def test_a_view_that_fails_is_logged_with_its_request_and_user(get, log, alice, bob):
    assert [await get("/fail/", user) for user in (alice, bob)] == [500, 500]
    (first, one), (second, other) = log.who("Internal Server Error: /fail/")
    assert (one, other) == ("alice", "bob")
    assert len({first, second, "-"}) == 3


async def test_a_user_whom_no_view_has_asked_for_is_not_loaded_for_a_line(get, log, alice):
    assert await get("/stay-away/", alice) == 200
    [(line_id, user)] = log.who("nobody asked")
    assert (line_id != "-", user) == (True, "-")


def test_a_name_that_is_not_loaded_is_not_loaded_for_a_line(log, alice):
    deferred = User.objects.only("pk").get()
    with CaptureQueriesContext(connection) as queries:
        speak(deferred)
    assert not queries
    assert log.who("hello") == [("id", "-")]


# Whoever it is


def speak(user):
    """Log a line about a connection of the user."""

    def act():
        served.set(mine := Served())
        mine.id = "id"
        set_user(user)
        logger.warning("hello")

    copy_context().run(act)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("zoë@example.com", "zoë@example.com"),
        ("eve\n12:00 ERROR root [x admin] oh", "eve?12?00?ERROR?root??x?admin??oh"),
        ("a\r\x1b[31m\u2028\u202e", "a???31m??"),
        ("x" * 1000, "x" * 150),
        ("", "-"),
    ],
)
def test_a_name_is_one_word_of_one_line(log, name, shown):
    speak(User(username=name))
    assert log.who("hello") == [("id", shown)]
    assert len(log.stream.getvalue().splitlines()) == 1


def test_a_request_is_forgotten_when_it_is_answered_and_its_user_is_not(log):
    mine = Served()

    def view(request):
        request.user = User(username="alice")
        assert mine.user_now() == "alice"
        return HttpResponse()

    def act():
        served.set(mine)
        RequestMiddleware(view)(RequestFactory().get("/"))

    Context().run(act)
    assert (mine.request, mine.user) == (None, "alice")
