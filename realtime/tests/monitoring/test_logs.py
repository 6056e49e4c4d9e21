"""Each log line has its connection and its user."""

import asyncio
import io
import logging
import re
import time
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
from django.utils.functional import SimpleLazyObject

from channels_realtime.auth.registry import current_registry
from channels_realtime.consumers import MessageConsumer
from channels_realtime.hub.hub import current_hub
from channels_realtime.messages import Message
from channels_realtime.monitoring.logs import (
    REPEAT_SECONDS,
    ClientFaultFilter,
    ConnectionFilter,
    ConnectionMiddleware,
    LogContext,
    RequestMiddleware,
    current,
    set_user,
    short_name,
)
from channels_realtime.servers import daphne
from channels_realtime.testing.fixtures import session_cookie
from channels_realtime.testing.waiting import LIMIT, wait_until
from people.models import Person
from site_config.asgi import application

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
    """The console, as the site's LOGGING configures it."""
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
    """Log a line in a thread, then raise."""


class FailingConsumer(MessageConsumer):
    """Log and raise wherever it is called."""

    accepts = Break
    checks = 0

    def get_groups(self):
        return [GROUP]

    async def has_permission(self):
        self.checks += 1
        if self.checks > 1:
            raise RuntimeError("a recheck")
        return True

    async def receive_message(self, message):
        await sync_to_async(logger.warning)("from a thread")
        raise RuntimeError("a message")

    async def test_break(self, event):
        logger.warning("from an event")


async def expect_lines(log, part, count):
    """Wait for `count` lines with this text, and return their connections and users."""
    await wait_until(lambda: len(log.who(part)) >= count)
    return log.who(part)


async def test_every_line_of_a_socket_has_its_connection_and_user(
    connect, add_route, log, alice, bob
):
    page = add_route(FailingConsumer)
    sockets = {user.username: await connect(page, user) for user in (alice, bob)}
    for _ in range(2):
        for socket in sockets.values():
            await socket.send_json_to({"type": "test.break"})
    await get_channel_layer().group_send(GROUP, {"type": "test.break"})
    current_registry().catch_up()
    seen = [
        *await expect_lines(log, "from a thread", 4),
        *await expect_lines(log, "FailingConsumer failed.", 4),
        *await expect_lines(log, "from an event", 2),
        *await expect_lines(log, "could not be rechecked", 2),
    ]
    ids = {user: {line_id for line_id, name in seen if name == user} for user in sockets}
    assert [len(each) for each in ids.values()] == [1, 1]
    assert ids["alice"] != ids["bob"]
    assert {name for _, name in seen} == {"alice", "bob"}
    assert "-" not in ids["alice"] | ids["bob"]


async def test_a_refused_socket_has_a_connection_and_no_user_in_the_log(open_socket, log):
    for _ in range(2):
        await open_socket("/ws/echo/", origin=b"https://evil.example")
    (first, user), (second, _) = log.who("A socket was refused")
    assert user == "-"
    assert len({first, second, "-"}) == 3


async def test_an_exception_in_a_plain_consumer_under_daphne_is_logged_with_its_connection(
    log, monkeypatch
):
    async def fail(scope, receive, send):
        raise RuntimeError("a mistake")

    monkeypatch.setattr(daphne, "find_protocol", lambda send: object())
    monkeypatch.setattr(daphne, "Backpressure", lambda protocol, send: Mock())
    monkeypatch.setattr(daphne.DaphneMiddleware, "_add_shutdown_trigger", lambda self: None)
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
        """Do nothing: nothing is stored."""


class Sender(MessageConsumer):
    accepts = Break
    login_required = False

    async def receive_message(self, message):
        broken = Broken()
        await current_hub().join(GROUP, broken)
        await get_channel_layer().group_send(GROUP, {"type": "test.break"})


async def test_the_hub_logs_without_a_connection(open_socket, add_route, log):
    socket = await open_socket(add_route(Sender))
    await socket.send_json_to({"type": "test.break"})
    assert await expect_lines(log, f"A member of {GROUP} failed.", 1) == [("-", "-")]


def test_a_line_outside_of_a_connection_has_two_dashes(log):
    logger.warning("on my own")
    assert log.who("on my own") == [("-", "-")]


# Requests


def fail(request):
    assert request.user.is_authenticated
    raise RuntimeError("a mistake")


def ignore_user(request):
    logger.warning("no view has used the user")
    return HttpResponse()


urlpatterns = [path("fail/", fail), path("ignore-user/", ignore_user)]


@pytest.fixture
def get(async_db, settings):
    """Make a request to the whole application."""
    settings.ROOT_URLCONF = __name__
    settings.ALLOWED_HOSTS = ["testserver"]

    async def get(path, user):
        headers = [(b"host", b"testserver"), (b"cookie", await session_cookie(user))]
        http = HttpCommunicator(application, "GET", path, headers=headers)
        http.scope["scheme"] = "https"
        status = (await http.get_response(LIMIT))["status"]
        await http.wait(LIMIT)
        return status

    return get


async def test_an_exception_in_a_view_is_logged_with_its_connection_and_user(get, log, alice, bob):
    assert [await get("/fail/", user) for user in (alice, bob)] == [500, 500]
    (first, one), (second, other) = log.who("Internal Server Error: /fail/")
    assert (one, other) == ("alice", "bob")
    assert len({first, second, "-"}) == 3


async def test_a_log_line_does_not_load_the_user_of_a_request(get, log, alice):
    assert await get("/ignore-user/", alice) == 200
    [(line_id, user)] = log.who("no view")
    assert (line_id != "-", user) == (True, "-")


def test_a_log_line_does_not_load_a_deferred_username(log, alice):
    deferred = Person.objects.only("pk").get()
    with CaptureQueriesContext(connection) as queries:
        log_line(deferred)
    assert not queries
    assert log.who("hello") == [("id", "-")]


# Usernames


def log_line(user):
    """Log a line about a connection of the user."""

    def act():
        current.set(context := LogContext())
        context.id = "id"
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
def test_a_username_is_logged_as_one_word_of_one_line(log, name, shown):
    log_line(Person(username=name))
    assert log.who("hello") == [("id", shown)]
    assert len(log.stream.getvalue().splitlines()) == 1


def test_the_log_context_keeps_the_user_and_not_the_request_after_the_response(log):
    context = LogContext()

    def view(request):
        request.user = Person(username="alice")
        assert context.username() == "alice"
        return HttpResponse()

    def act():
        current.set(context)
        RequestMiddleware(view)(RequestFactory().get("/"))

    Context().run(act)
    assert (context.request, context.user) == (None, "alice")


# Repeated records


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test moves it."""
    clock = [time.monotonic() + REPEAT_SECONDS]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    return clock


def test_only_the_first_of_repeated_records_is_logged_and_without_its_traceback(clock, caplog):
    logger = logging.getLogger("channels_redis.pubsub")
    for seconds in (0, 1, 1, 1, 1, 1, 1, 10, 1):
        clock[0] += seconds
        try:
            raise ConnectionError("refused")
        except ConnectionError:
            logger.exception("Unexpected exception in receive task")
    said = "Unexpected exception in receive task: ConnectionError('refused')"
    assert [record.getMessage() for record in caplog.records] == [said] * 2
    assert "Traceback" not in caplog.text


async def test_only_the_first_of_many_writes_to_a_connection_that_has_ended_is_logged(caplog):
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.transport.abort()
        for _ in range(100):
            writer.write(b"x")
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == [
        "socket.send() raised exception."
    ]


def test_records_that_are_no_fault_of_a_client_keep_their_traceback(caplog):
    logger = logging.getLogger("uvicorn.error")
    for _ in range(2):
        try:
            raise RuntimeError("a bug")
        except RuntimeError:
            logger.exception("Exception in ASGI application")
    assert [filter_ for filter_ in logger.filters if isinstance(filter_, ClientFaultFilter)]
    assert caplog.text.count("RuntimeError: a bug") == 2


@pytest.mark.parametrize("attribute", ["_cached_user", "_acached_user"])
def test_a_user_who_was_loaded_is_in_the_log(attribute):
    request, context = RequestFactory().get("/"), LogContext()
    request.user = SimpleLazyObject(lambda: 1 / 0)
    context.request = request
    assert context.username() == "-"
    setattr(request, attribute, Person(username="alice"))
    assert context.username() == "alice"


def test_a_user_outside_of_a_connection_is_ignored(log):
    set_user(Person(username="alice"))
    logger.warning("hello")
    assert log.who("hello") == [("-", "-")]
    assert short_name(None) == "-"


def test_a_request_outside_of_a_connection_is_answered():
    assert Context().run(RequestMiddleware(lambda request: "answer"), None) == "answer"
