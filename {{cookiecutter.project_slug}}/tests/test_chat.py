"""The example: a page over HTTP, a room and notices over WebSocket."""

from datetime import datetime

import pytest
from django.urls import reverse

SAY = {"type": "chat.say", "text": "hello"}


async def test_everybody_in_a_room_receives_a_message(connect, alice, bob):
    sockets = [await connect("/ws/chat/lobby/", user) for user in (alice, bob)]
    await sockets[0].send_json_to(SAY)
    for socket in sockets:
        message = await socket.receive_json_from()
        assert datetime.fromisoformat(message.pop("at")).tzinfo
        said = {"type": "chat.message", "room": "lobby", "user": "alice", "text": "hello"}
        assert message == said


async def test_another_room_hears_nothing(connect, alice, bob):
    lobby, attic = await connect("/ws/chat/lobby/", alice), await connect("/ws/chat/attic/", bob)
    await lobby.send_json_to(SAY)
    await lobby.receive_json_from()
    assert await attic.receive_nothing()


@pytest.mark.parametrize("room", ["caf%C3%A9", "a%20b", "x" * 200, "..", "%F0%9F%92%AC"])
async def test_a_room_may_have_any_name(connect, alice, room):
    socket = await connect(f"/ws/chat/{room}/", alice)
    await socket.send_json_to(SAY)
    assert (await socket.receive_json_from())["text"] == "hello"


@pytest.mark.parametrize("path", ["/ws/chat/lobby/", "/ws/notifications/"])
async def test_an_anonymous_socket_is_accepted_and_closed_with_4401(connect, path):
    socket = await connect(path)
    assert socket.accepted
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "[" * 100_000,
        '{"type": "chat.shout", "text": "x"}',
        '{"type": "chat.say"}',
        '{"type": "chat.say", "text": 1}',
        '{"type": "chat.say", "text": "\\ud800"}',
        '{"type": "chat.say", "text": " "}',
        '{"type": "websocket.disconnect", "text": "x"}',
        '{"type": "chat.say", "text": "' + "x" * 2001 + '"}',
    ],
    ids=lambda frame: frame[:40],
)
async def test_a_bad_frame_is_answered_and_the_socket_lives_on(connect, alice, frame):
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_to(text_data=frame)
    answer = await socket.receive_json_from()
    assert (answer["type"], set(answer)) == ("error", {"type", "code", "detail"})
    await socket.send_json_to(SAY)
    assert (await socket.receive_json_from())["type"] == "chat.message"


async def test_a_view_pushes_a_notice_to_all_sockets_of_one_user(connect, async_client, alice, bob):
    await async_client.aforce_login(alice)
    sockets = [await connect("/ws/notifications/", user) for user in (bob, bob, alice)]
    response = await async_client.post(reverse("notify"), {"to": "bob", "text": "psst"})
    assert response.json() == {"sent": True}
    for socket in sockets[:2]:
        message = await socket.receive_json_from()
        assert (message["type"], message["from"]) == ("chat.notice", "alice")
        assert message["text"] == "psst"
    assert await sockets[2].receive_nothing()


@pytest.mark.parametrize(("recipient", "status"), [("alice", 400), ("bob", 200), ("nobody", 400)])
def test_only_staff_may_notify_others(client, alice, bob, recipient, status):
    client.force_login(bob)
    response = client.post(reverse("notify"), {"to": recipient, "text": "x"})
    assert response.status_code == status


def test_notify_wants_a_user_and_a_post(client, bob):
    assert client.post(reverse("notify")).status_code == 302
    client.force_login(bob)
    assert client.get(reverse("notify")).status_code == 405


async def test_the_admin_action_pushes_a_notice(connect, async_client, alice, bob):
    await async_client.aforce_login(alice)
    socket = await connect("/ws/notifications/", bob)
    data = {"action": "notify_users", "_selected_action": [bob.pk]}
    response = await async_client.post("/admin/accounts/user/", data)
    assert response.status_code == 302
    assert (await socket.receive_json_from())["from"] == "alice"


def test_hello_greets_by_name(client, alice):
    assert client.get(reverse("hello")).content.startswith(b"Hello, stranger.")
    client.force_login(alice)
    assert client.get(reverse("hello")).content.startswith(b"Hello, alice.")


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_shows_the_code_that_runs(client, alice, signed_in):
    if signed_in:
        client.force_login(alice)
    page = client.get(reverse("index")).content.decode()
    for name in ("def hello", "class EchoConsumer", "class ChatConsumer", "def notify"):
        assert name in page
