"""Frames that sockets under uvicorn write themselves, with uvicorn's own protocols."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from channels_realtime.servers.uvicorn import UvicornMiddleware
from channels_realtime.testing.waiting import LIMIT, wait_until


class Application:
    """An application that keeps its `scope` and `send`, and accepts when it is told to."""

    def __init__(self):
        self.scope = self.send = None
        self.go, self.end = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.scope, self.send = scope, send
        await self.go.wait()
        await send({"type": "websocket.accept"})
        await self.end.wait()


@pytest.fixture
async def application():
    return Application()


@asynccontextmanager
async def serve(application, **options):
    """Serve an application in this event loop; yield the address."""
    config = uvicorn.Config(
        UvicornMiddleware(application),
        interface="asgi3",
        ws="websockets-sansio",
        log_config=None,
        **options,
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),
        "127.0.0.1",
        0,
    )
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        application.end.set()
        await wait_until(lambda: not state.tasks, "the application ends")


async def test_a_text_is_written_at_once_while_the_socket_is_open(application):
    async with serve(application, ws_per_message_deflate=False) as address:
        connecting = asyncio.ensure_future(connect(address))
        await wait_until(lambda: application.send)
        assert not application.send.write("too early")
        application.go.set()
        async with await connecting as client:
            for text in ("héllo", "x" * 70_000):
                assert application.send.write(text)
                assert await asyncio.wait_for(client.recv(), LIMIT) == text
            await application.send({"type": "websocket.send", "text": "by uvicorn"})
            assert await asyncio.wait_for(client.recv(), LIMIT) == "by uvicorn"
            await application.send({"type": "websocket.close", "code": 4000})
            assert not application.send.write("too late")
            await asyncio.wait_for(client.wait_closed(), LIMIT)
        assert client.close_code == 4000


async def test_an_open_socket_keeps_no_parsed_handshake(application):
    application.go.set()
    async with (
        serve(application, ws_per_message_deflate=False) as address,
        connect(address) as client,
    ):
        protocol = application.send._protocol
        assert (len(protocol.request.headers), len(protocol.response.headers)) == (0, 0)
        assert dict(application.scope["headers"])[b"upgrade"] == b"websocket"
        assert client.response.headers["upgrade"] == "websocket"


async def test_nothing_is_written_to_a_client_that_has_gone(application):
    application.go.set()
    async with serve(application, ws_per_message_deflate=False) as address:
        async with connect(address) as client:
            client.transport.abort()
        await wait_until(lambda: not application.send.write("hello"), "the end is noticed")


async def test_a_client_that_does_not_read_makes_frames_wait(application):
    text = "x" * 100_000
    application.go.set()
    async with (
        serve(application, ws_per_message_deflate=False) as address,
        connect(address, max_queue=1) as client,
    ):
        written = 0
        while application.send.write(text):
            written += 1
            await asyncio.sleep(0)
            assert written < 1000
        for _ in range(written):
            assert await asyncio.wait_for(client.recv(), LIMIT) == text
        await wait_until(lambda: application.send.write("again"), "it may write again")
        assert await asyncio.wait_for(client.recv(), LIMIT) == "again"


async def test_a_connection_that_compresses_frames_is_left_to_uvicorn(application):
    application.go.set()
    extensions = [ClientPerMessageDeflateFactory()]
    async with (
        serve(application) as address,
        connect(address, compression=None, extensions=extensions) as client,
    ):
        assert not hasattr(application.send, "write")
        await application.send({"type": "websocket.send", "text": "x" * 1000})
        assert await asyncio.wait_for(client.recv(), LIMIT) == "x" * 1000


async def test_under_another_server_nothing_is_changed():
    seen = []

    async def application(*arguments):
        seen.extend(arguments)

    arguments = [{}, object(), object()]
    await UvicornMiddleware(application)(*arguments)
    assert all(one is other for one, other in zip(seen, arguments, strict=True))
