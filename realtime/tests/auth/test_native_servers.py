"""Clients without a cookie on both servers, and with each layer in two processes."""

import socket
import time

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from channels_realtime.testing.waiting import LIMIT
from people.models import Token
from support.live_servers import LAYERS, SERVERS, read_logs
from support.websocket_clients import connect_clients

KEY = "0123456789abcdef"
BEARER = {"Authorization": f"Bearer {KEY}"}
PATH = "ws/test/native/"

every_layer = pytest.mark.parametrize("layer", LAYERS)
every_server = pytest.mark.parametrize("server", SERVERS)


@pytest.fixture
async def token(async_db, bob):
    return await Token.objects.acreate(key=KEY, user=bob)


def open_native(site, headers=None, path=PATH, **options):
    """Open a socket as a script does: without Origin, and without cookies."""
    return connect(
        f"ws://127.0.0.1:{site.port}/{path}",
        additional_headers=headers,
        open_timeout=LIMIT,
        proxy=None,
        **options,
    )


def site_of(sites, server):
    """Return the process of a server that uses the channel layer in memory."""
    return sites["memory"][SERVERS.index(server)]


async def close_code(client):
    """Return the code of the close frame, which must come next."""
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    return closed.value.rcvd.code


@every_layer
async def test_a_deleted_token_closes_its_sockets_in_all_processes_within_a_second(
    sites, layer, token
):
    pair = sites[layer][: 1 if layer == "memory" else 2]
    async with open_native(pair[0], BEARER) as near, open_native(pair[-1], BEARER) as far:
        async with connect_clients(pair, 1) as [member, *_]:
            await member.send("test.delete_token", key=KEY)
            start = time.monotonic()
            codes = [await close_code(each) for each in (near, far)]
        assert codes == [4401, 4401]
        assert time.monotonic() - start < 1


@every_server
async def test_a_script_with_a_token_is_accepted_at_a_marked_route_only(sites, server, token):
    site = site_of(sites, server)
    async with open_native(site, BEARER) as client:
        await client.send('{"type":"ping"}')
        assert await client.recv() == '{"type":"pong"}'
    with pytest.raises(InvalidStatus, match="403"):
        await open_native(site, BEARER, path="ws/test/authenticated/")
    with pytest.raises(InvalidStatus, match="403"):
        await open_native(site, BEARER, origin="https://evil.example")


@every_server
async def test_two_authorization_headers_log_nobody_in(sites, server, token):
    headers = [*BEARER.items(), ("Authorization", "Bearer other")]
    async with open_native(site_of(sites, server), headers) as client:
        assert await close_code(client) == 4401


@every_server
@pytest.mark.parametrize(
    "lines",
    [
        "Origin:\r\n",
        "Origin: null\r\n",
        "origin: {origin}\r\nOrigin: https://evil.example\r\n",
        "Origin: https://evil.example\r\nOrigin: {origin}\r\n",
        "Origin : {origin}\r\n",
        "X-A: b\r\n Origin: {origin}\r\n",
        "Origin_: {origin}\r\nOrigin: null\r\n",
    ],
)
def test_no_form_of_the_origin_header_opens_a_socket_of_a_foreign_page(sites, server, lines, db):
    site = site_of(sites, server)
    answer = handshake(site, lines.format(origin=site.origin), path="ws/test/authenticated/")
    assert not answer.startswith(b"HTTP/1.1 101"), answer


def handshake(site, lines, path=PATH):
    """Send a handshake with these header lines; return the first bytes of the answer."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=LIMIT) as sock:
        sock.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Connection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode("latin-1")
        )
        return sock.recv(64)


async def test_no_log_has_a_token(sites, token):
    for site in sites["memory"]:
        async with open_native(site, BEARER):
            pass
    assert KEY not in read_logs(sites)
