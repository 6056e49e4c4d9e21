"""The ASGI applications: routing, wrappers, and the lifespan."""

import asyncio
import gc

import pytest
from asgiref.compatibility import is_double_callable
from channels.routing import URLRouter
from channels.testing import HttpCommunicator
from django.urls import path

from channels_realtime.asgi import (
    HTTPStack,
    Router,
    WebSocketStack,
    exclude_startup_objects,
    lifespan,
)
from channels_realtime.consumers import MessageConsumer
from channels_realtime.hub.hub import current_hub
from channels_realtime.monitoring.logs import ConnectionMiddleware
from channels_realtime.testing.sockets import Socket
from channels_realtime.testing.waiting import LIMIT


@pytest.mark.parametrize("url", ["/ws/none/", "/ws/echo", "/", "/ws/echo//"])
async def test_an_unknown_path_is_refused_and_logged_without_an_error(open_socket, url, caplog):
    assert not (await open_socket(url)).accepted
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        f"A socket was refused: no route for {url!r}."
    ]


async def test_a_consumer_outside_of_the_stack_is_closed_with_1013_and_the_log_names_it(caplog):
    socket = Socket(EmptyConsumer.as_asgi(), "/ws/")
    assert (await socket.connect())[0]
    assert await socket.receive_close() == 1013
    assert "Wrap the routes in channels_realtime.asgi.WebSocketStack." in caplog.text
    await socket.wait()


class EmptyConsumer(MessageConsumer):
    """A consumer without messages."""

    login_required = False


def test_servers_take_the_stacks_for_applications_of_asgi_3():
    stacks = HTTPStack(EmptyConsumer.as_asgi()), WebSocketStack([])
    assert [is_double_callable(stack) for stack in stacks] == [False, False]


def test_a_stack_excludes_what_is_loaded_from_garbage_collection():
    gc.unfreeze()
    exclude_startup_objects.cache_clear()
    WebSocketStack([])
    assert gc.get_freeze_count() > 0


def test_the_routes_of_a_stack_are_its_own(settings):
    routes = [path("ws/one/", EmptyConsumer.as_asgi())]
    WebSocketStack(routes)
    assert len(routes) == 1


async def run_lifespan(*events):
    """Send events to the lifespan application; return the types of its answers."""
    answers, queue = [], asyncio.Queue()
    for kind in events:
        queue.put_nowait({"type": kind})

    async def send(event):
        answers.append(event["type"])

    await asyncio.wait_for(lifespan({"type": "lifespan"}, queue.get, send), LIMIT)
    return answers


async def test_the_lifespan_completes_startup_and_shutdown():
    assert await run_lifespan("lifespan.startup", "lifespan.shutdown") == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_the_lifespan_s_shutdown_closes_the_hub():
    class Member:
        def deliver(self, event):
            """Do nothing."""

        def catch_up(self):
            """Do nothing."""

    await current_hub().join("group", Member())
    await run_lifespan("lifespan.startup", "lifespan.shutdown")
    assert not current_hub().subscriptions


async def test_the_http_stack_answers_health_probes_and_passes_on_everything_else():
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body", "body": b""})

    stack, statuses = HTTPStack(application), {}
    for url in ("/healthz", "/healthz/", "/"):
        http = HttpCommunicator(stack, "GET", url)
        statuses[url] = (await http.get_response(LIMIT))["status"]
    assert statuses == {"/healthz": 200, "/healthz/": 204, "/": 204}


async def test_routes_can_be_nested(open_socket, monkeypatch):
    inner = URLRouter([path("inner/", EmptyConsumer.as_asgi())])
    router = ConnectionMiddleware(Router([path("ws/outer/", inner)]))
    accepted = {}
    for url in ("/ws/outer/inner/", "/ws/outer/", "/ws/outer/other/"):
        socket = Socket(router, url)
        accepted[url] = (await socket.connect())[0]
        await socket.disconnect()
    assert accepted == {"/ws/outer/inner/": True, "/ws/outer/": False, "/ws/outer/other/": False}
