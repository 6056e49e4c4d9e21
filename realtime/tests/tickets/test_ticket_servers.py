"""Tickets on both servers and in two processes."""

import asyncio
import json
import socket

import pytest
from asgiref.sync import sync_to_async
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from channels_realtime.testing.waiting import LIMIT
from channels_realtime.tickets.create import create_ticket
from people.logins import TokenLogin
from people.models import Token
from support.live_servers import SERVERS, read_logs
from support.node import connect_from_node
from support.npm import install

PATH = "/ws/test/members/"

every_server = pytest.mark.parametrize("server", SERVERS)


@pytest.fixture
async def login(async_db, bob):
    await Token.objects.acreate(key="0123456789abcdef", user=bob)
    return TokenLogin(bob, "0123456789abcdef")


@pytest.fixture
def site(sites, server):
    return sites["memory"][SERVERS.index(server)]


def open_native(site, *protocols):
    url = f"ws://127.0.0.1:{site.port}{PATH}"
    return connect(url, subprotocols=protocols or None, open_timeout=LIMIT, proxy=None)


async def user_or_code(client):
    """Return the name of the socket's user, or the code that the server closes it with."""
    try:
        await client.send('{"type":"test.find"}')
        return json.loads(await client.recv())["text"]
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


@every_server
async def test_a_script_logs_in_with_a_ticket_as_a_subprotocol(site, login):
    ticket = "realtime.ticket." + await sync_to_async(create_ticket)(login, PATH)
    async with open_native(site, ticket) as client:
        assert (await user_or_code(client), client.subprotocol) == ("bob", ticket)
    async with open_native(site, "chat.v1", ticket) as client:
        assert (await user_or_code(client), client.subprotocol) == (4401, "chat.v1")


@every_server
async def test_a_script_logs_in_with_a_ticket_in_its_first_message(site, login):
    ticket = await sync_to_async(create_ticket)(login, PATH)
    async with open_native(site) as client:
        await client.send(json.dumps({"type": "ticket", "ticket": ticket}))
        assert await user_or_code(client) == "bob"


async def test_of_two_attempts_at_once_in_two_processes_exactly_one_wins(sites, login):
    async def attempt(site, ticket):
        async with open_native(site, "realtime.ticket." + ticket) as client:
            return await user_or_code(client)

    for _ in range(10):
        ticket = await sync_to_async(create_ticket)(login, PATH)
        results = await asyncio.gather(*(attempt(site, ticket) for site in sites["memory"]))
        assert sorted(map(str, results)) == ["4401", "bob"]


@every_server
async def test_no_log_has_a_ticket(sites, site, login):
    """Access logs have the path of each socket, and nothing of its subprotocols."""
    ticket = await sync_to_async(create_ticket)(login, PATH)
    for _ in range(2):  # it is accepted, then refused
        async with open_native(site, "realtime.ticket." + ticket) as client:
            await user_or_code(client)
    await asyncio.to_thread(open_and_vanish, site, ticket)
    assert PATH in read_logs(sites)
    assert ticket not in read_logs(sites)


def open_and_vanish(site, ticket):
    """Send a damaged handshake with a ticket."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=LIMIT) as sock:
        sock.sendall(
            f"GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n"
            f"Sec-WebSocket-Protocol: realtime.ticket.{ticket}\r\n\r\n".encode()
        )
        sock.recv(64)


@pytest.mark.slow
@every_server
@pytest.mark.parametrize("kind", ["ws", "standard"])
async def test_strict_clients_accept_the_answer(tmp_path, site, login, kind):
    await asyncio.to_thread(install, tmp_path, "ws@8")
    url = f"ws://127.0.0.1:{site.port}{PATH}"
    for others in ([], ["chat.v1"]):
        ticket = "realtime.ticket." + await sync_to_async(create_ticket)(login, PATH)
        protocols = [*others, ticket]
        result = await asyncio.to_thread(connect_from_node, tmp_path, kind, url, protocols)
        assert result == {"protocol": protocols[0], "received": '{"type":"pong"}'}
