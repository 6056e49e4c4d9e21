"""Redeeming tickets: once, in time, for their path, and as long as the login lives."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from channels_realtime import asgi
from channels_realtime.consumers import MessageConsumer, first_message
from channels_realtime.testing.fixtures import session_cookie
from channels_realtime.testing.sockets import Socket
from channels_realtime.testing.waiting import LIMIT
from channels_realtime.tickets.create import create_ticket
from channels_realtime.tickets.models import Ticket
from channels_realtime.tickets.redeem import take
from people.logins import TokenLogin
from people.models import Token
from support.browsers import log_in

ORIGIN = b"http://localhost"


def offer(ticket, *others):
    return [*others, f"realtime.ticket.{ticket}"]


async def user_of(socket):
    await socket.send_json_to({"type": "test.ask"})
    return (await socket.receive_message("test.answer"))["user"]


async def ticket_of(browser, path):
    response = await browser.post(reverse("ticket"), {"path": path})
    return response.json()["ticket"]


# As a subprotocol


@pytest.mark.parametrize("origin", [ORIGIN, None])
async def test_a_ticket_logs_in_once(connect, native_path, make_ticket, waiting, origin, bob):
    ticket = await make_ticket(bob, native_path)
    socket = await connect(native_path, origin=origin, subprotocols=offer(ticket))
    assert (await user_of(socket), socket.subprotocol) == ("bob", f"realtime.ticket.{ticket}")
    assert await waiting() == 0
    again = await connect(native_path, origin=origin, subprotocols=offer(ticket))
    assert await again.receive_close() == 4401


async def test_a_page_uses_a_ticket_at_a_route_without_the_mark(
    connect, user_path, make_ticket, bob
):
    ticket = await make_ticket(bob, user_path)
    assert await user_of(await connect(user_path, subprotocols=offer(ticket))) == "bob"


async def test_a_client_without_origin_gets_403_although_it_has_a_ticket(
    connect, user_path, make_ticket, waiting, bob
):
    ticket = await make_ticket(bob, user_path)
    socket = await connect(user_path, origin=None, subprotocols=offer(ticket))
    assert not socket.accepted


async def test_a_foreign_page_gets_403_and_the_ticket_is_not_used(
    connect, user_path, make_ticket, waiting, bob
):
    ticket = await make_ticket(bob, user_path)
    evil = b"https://evil.example"
    assert not (await connect(user_path, origin=evil, subprotocols=offer(ticket))).accepted
    assert await waiting() == 1


async def test_a_declared_subprotocol_is_chosen_instead_of_the_ticket(
    connect, add_route, make_ticket, bob
):
    class VersionsConsumer(MessageConsumer):
        subprotocols = ("chat.v1",)

    path = add_route(VersionsConsumer)
    for others, chosen in {("chat.v9", "chat.v1"): "chat.v1", (): None, ("chat.v9",): 1000}.items():
        ticket = await make_ticket(bob, path)
        socket = await connect(path, subprotocols=offer(ticket, *others))
        assert socket.subprotocol == (chosen or f"realtime.ticket.{ticket}")


async def test_a_plain_consumer_gets_the_user_of_a_ticket_and_not_the_ticket(
    connect, add_route, make_ticket, bob
):
    class PlainConsumer(AsyncWebsocketConsumer):
        channel_layer_alias = None

        async def connect(self):
            await self.accept()
            scope = self.scope
            await self.send(f"{scope['user'].username} {scope['subprotocols']}")

    path = add_route(PlainConsumer)
    ticket = await make_ticket(bob, path)
    socket = await connect(path, subprotocols=offer(ticket, "chat.v1"))
    assert socket.subprotocol == f"realtime.ticket.{ticket}"
    assert await socket.receive_from() == "bob ['chat.v1']"


async def test_a_ticket_decides_and_not_the_cookie_beside_it(
    connect, user_path, make_ticket, alice, bob
):
    cookie = [(b"cookie", await session_cookie(alice))]
    ticket = await make_ticket(bob, user_path)
    socket = await connect(user_path, headers=cookie, subprotocols=offer(ticket))
    assert await user_of(socket) == "bob"
    used = await connect(user_path, headers=cookie, subprotocols=offer(ticket))
    assert await used.receive_close() == 4401


@pytest.mark.parametrize(
    "guess", ["", "x", "x" * 43, "é" * 43, "x" * 60_000, "\ud800", "a b", "%00"]
)
async def test_a_guess_logs_nobody_in(connect, native_path, make_ticket, guess, bob):
    await make_ticket(bob, native_path)
    socket = await connect(native_path, subprotocols=offer(guess))
    assert await socket.receive_close() == 4401


async def test_of_several_tickets_in_one_handshake_none_is_tried(
    connect, user_path, make_ticket, waiting, bob
):
    tickets = [await make_ticket(bob, user_path) for _ in range(2)]
    socket = await connect(user_path, subprotocols=[*offer(tickets[0]), *offer(tickets[1])])
    assert await socket.receive_close() == 4401
    assert await waiting() == 2


# Time and place


async def test_an_expired_ticket_logs_nobody_in(connect, user_path, make_ticket, bob):
    ticket = await make_ticket(bob, user_path)
    await Ticket.objects.aupdate(expires=timezone.now())
    socket = await connect(user_path, subprotocols=offer(ticket))
    assert await socket.receive_close() == 4401


async def test_a_ticket_for_another_path_logs_nobody_in_and_is_used_up(
    connect, user_path, native_path, make_ticket, waiting, caplog, bob
):
    ticket = await make_ticket(bob, native_path)
    for path in (user_path, native_path):
        assert await (await connect(path, subprotocols=offer(ticket))).receive_close() == 4401
    assert await waiting() == 0
    assert "was refused" in caplog.text
    assert ticket not in caplog.text


async def test_a_path_is_compared_as_servers_decode_it(async_db, bob):
    login = TokenLogin(bob, "key")
    ticket = await sync_to_async(create_ticket)(login, "/ws/caf%C3%A9%20%2525/")
    assert await sync_to_async(take)(ticket, "/ws/café %25/")


@pytest.mark.parametrize(
    ("asked", "code"), [("/chat{}", None), ("{}", 4401), ("/chat/chat{}", 4401)]
)
@pytest.mark.parametrize("at_server", ["/chat{}", "{}"])
async def test_below_a_root_path_a_ticket_is_for_the_path_that_the_client_uses(
    connect, settings, user_path, make_ticket, asked, code, at_server, bob
):
    """A proxy may remove the root path, or pass it on."""
    settings.FORCE_SCRIPT_NAME = "/chat"
    ticket = await make_ticket(bob, asked.format(user_path))
    socket = await connect(at_server.format(user_path), subprotocols=offer(ticket))
    if code is None:
        assert await user_of(socket) == "bob"
    else:
        assert await socket.receive_close() == code


# The login that asked for it


async def test_a_logout_ends_a_ticket_that_waits_and_the_sockets_of_used_ones(
    connect, user_path, bob
):
    browser = await log_in("bob")
    used, waiting = [await ticket_of(browser, user_path) for _ in range(2)]
    socket = await connect(user_path, subprotocols=offer(used))
    assert await user_of(socket) == "bob"
    await browser.post(reverse("logout"))
    assert await socket.receive_close() == 4401
    late = await connect(user_path, subprotocols=offer(waiting))
    assert await late.receive_close() == 4401


async def test_a_deleted_token_ends_its_tickets_and_their_sockets(
    connect, user_path, make_ticket, bob
):
    used, waiting = [await make_ticket(bob, user_path) for _ in range(2)]
    socket = await connect(user_path, subprotocols=offer(used))
    await (await Token.objects.aget()).adelete()
    assert await socket.receive_close() == 4401
    late = await connect(user_path, subprotocols=offer(waiting))
    assert await late.receive_close() == 4401


async def test_a_ticket_of_a_deactivated_user_logs_nobody_in(connect, user_path, make_ticket, bob):
    ticket = await make_ticket(bob, user_path)
    bob.is_active = False
    await bob.asave()
    assert await (await connect(user_path, subprotocols=offer(ticket))).receive_close() == 4401


async def test_a_ticket_does_not_pass_to_another_user_with_its_token(
    connect, user_path, make_ticket, alice, bob
):
    ticket = await make_ticket(bob, user_path)
    await Token.objects.aupdate(user=alice)
    assert await (await connect(user_path, subprotocols=offer(ticket))).receive_close() == 4401


async def test_the_socket_of_a_ticket_closes_when_the_login_expires(
    connect, user_path, make_ticket, bob
):
    expires = datetime.now(UTC) + timedelta(seconds=0.5)
    ticket = await make_ticket(bob, user_path, expires=expires)
    socket = await connect(user_path, subprotocols=offer(ticket))
    assert await user_of(socket) == "bob"
    assert await socket.receive_close() == 4401
    assert datetime.now(UTC) >= expires


# Several attempts at once

ATTEMPTS = 3  # a pool of the tests has four connections, and the test has one


def test_of_many_attempts_at_once_exactly_one_wins(transactional_db, bob):
    for _ in range(5):
        ticket = create_ticket(TokenLogin(bob, "key"), "/ws/")
        start, winners = threading.Barrier(ATTEMPTS), []
        threads = [
            threading.Thread(target=take_at_once, args=(ticket, start, winners))
            for _ in range(ATTEMPTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
        assert len(winners) == 1


def take_at_once(ticket, start, winners):
    try:
        connections["default"].ensure_connection()
        start.wait(LIMIT)
        if take(ticket, "/ws/"):
            winners.append(ticket)
    finally:
        connections.close_all()


# In the first message


async def test_a_ticket_in_the_first_message_logs_in(connect, native_path, make_ticket, bob):
    socket = await connect(native_path, origin=None)
    assert socket.accepted
    await socket.send_json_to({"type": "ticket", "ticket": await make_ticket(bob, native_path)})
    assert await user_of(socket) == "bob"


async def test_the_socket_of_a_first_message_is_rechecked(connect, native_path, make_ticket, bob):
    socket = await connect(native_path, origin=None)
    await socket.send_json_to({"type": "ticket", "ticket": await make_ticket(bob, native_path)})
    assert await user_of(socket) == "bob"
    await (await Token.objects.aget()).adelete()
    assert await socket.receive_close() == 4401


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"test.ask"}',
        '{"type":"ping"}',
        '{"type":"ticket"}',
        '{"type":"ticket","ticket":7}',
        '{"type":"ticket","ticket":""}',
        '{"type":"ticket","ticket":"\\ud800"}',
        '{"type":"ticket","ticket":"' + "x" * 43 + '"}',
        '{"type":"ticket","ticket":"' + "x" * 60_000 + '"}',
        "[" * 60_000,
    ],
)
async def test_another_first_message_closes_with_4401(connect, native_path, text):
    socket = await connect(native_path, origin=None)
    await socket.send_to(text_data=text)
    assert await socket.receive_close() == 4401


async def test_a_binary_first_message_closes_with_4401(connect, native_path):
    socket = await connect(native_path, origin=None)
    await socket.send_to(bytes_data=b"x")
    assert await socket.receive_close() == 4401


async def test_a_client_that_sends_no_first_message_is_closed_with_4401(
    connect, native_path, monkeypatch
):
    monkeypatch.setattr(first_message, "FIRST_MESSAGE_TIMEOUT", 0.2)
    socket = await connect(native_path, origin=None)
    assert await asyncio.wait_for(socket.receive_close(), LIMIT) == 4401


async def test_a_page_and_a_client_with_an_invalid_token_do_not_wait(connect, native_path):
    token = [(b"authorization", b"Bearer unknown")]
    for options in ({}, {"origin": None, "headers": token}):
        socket = await connect(native_path, **options)
        assert await asyncio.wait_for(socket.receive_close(), 5) == 4401


# Without the app


async def test_without_the_app_a_ticket_is_an_unknown_subprotocol(
    connect, user_path, monkeypatch, caplog
):
    monkeypatch.setattr(asgi.apps, "is_installed", lambda name: False)
    application = asgi.WebSocketStack([])
    socket = Socket(application, user_path, [(b"origin", ORIGIN)], offer("x" * 43))
    assert not (await socket.connect())[0]
    assert "channels_realtime.tickets" in caplog.text
    assert "x" * 43 not in caplog.text
