"""The example: the consumers with and without the library, the pages and the admin."""

from datetime import datetime
from urllib.parse import quote, unquote
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import modelform_factory
from django.urls import reverse

from accounts.models import User
from chat.models import Message, Room
from chat.services import post_message

RoomForm = modelform_factory(Room, fields=["name"])
SAY = {"type": "chat.say", "text": "hello"}


def post(count, room="lobby"):
    """Post messages from synchronous code."""
    user = User.objects.get(username="alice")
    for number in range(1, count + 1):
        post_message(room, user, str(number))


def store(count, room="lobby"):
    """Store many messages without sending them."""
    stored, _ = Room.objects.update_or_create(name=room, defaults={"last_seq": count})
    user = User.objects.get(username="alice")
    Message.objects.bulk_create(
        Message(room=stored, seq=seq, user=user, text=str(seq)) for seq in range(1, count + 1)
    )


async def receive_numbers(socket, count):
    """Return the numbers of the next messages."""
    messages = [await socket.receive_json_from() for _ in range(count)]
    assert {message["type"] for message in messages} <= {"chat.message"}
    return [message["seq"] for message in messages]


# The tutorial's consumers


async def test_the_echo_returns_any_text(open_socket):
    socket = await open_socket("/ws/echo/")
    await socket.send_to(text_data='{"type": "bad"}')
    assert await socket.receive_from() == '{"type": "bad"}'


async def test_the_tutorials_room_sends_each_text_to_all_its_sockets(connect, alice):
    path = "/ws/tutorial/rooms/lobby/"
    sockets = [await connect(path, alice), await connect(path)]
    other = await connect("/ws/tutorial/rooms/attic/", alice)
    for socket in sockets:
        await socket.send_to(text_data="hello")
    for socket in sockets:
        texts = {await socket.receive_from() for _ in sockets}
        assert texts == {"alice: hello", "anonymous: hello"}
    assert await other.receive_nothing()


async def test_the_tutorials_room_ignores_a_text_that_is_too_long(connect, alice):
    socket = await connect(f"/ws/tutorial/rooms/{'x' * 200}/", alice)
    await socket.send_to(text_data="x" * 2001)
    await socket.send_to(text_data="hello")
    assert await socket.receive_from() == "alice: hello"


async def test_a_view_sends_to_the_tutorials_room(connect, async_client, alice):
    await async_client.aforce_login(alice)
    socket = await connect("/ws/tutorial/rooms/lobby/")
    response = await async_client.post(reverse("announce"), {"text": "hello"})
    assert response.json() == {"sent": True}
    assert await socket.receive_from() == "alice: hello"


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/tutorial/rooms/lobby/", "/ws/chat/lobby/"])
async def test_pages_of_other_sites_are_refused(connect, alice, path):
    socket = await connect(path, alice, origin=b"https://evil.example")
    assert not socket.accepted


# The library's consumers


async def test_the_typed_echo_returns_valid_messages_and_answers_others(open_socket):
    socket = await open_socket("/ws/echo/typed/")
    await socket.send_json_to({"type": "bad"})
    assert (await socket.receive_json_from())["type"] == "error"
    await socket.send_json_to({"type": "echo.say", "text": "hello"})
    assert await socket.receive_json_from() == {"type": "echo.say", "text": "hello"}


async def test_all_sockets_of_a_room_receive_a_message_that_is_stored(connect, alice, bob):
    sockets = [await connect("/ws/chat/lobby/", user) for user in (alice, bob)]
    other = await connect("/ws/chat/attic/", bob)
    await sockets[0].send_json_to(SAY)
    stored = {"seq": 1, "room": "lobby", "user": "alice", "text": "hello"}
    for socket in sockets:
        message = await socket.receive_json_from()
        assert datetime.fromisoformat(message.pop("at")).tzinfo
        assert message == {"type": "chat.message", **stored}
    assert await Message.objects.filter(room__name="lobby", seq=1, user=alice).aexists()
    assert await other.receive_nothing()


PERSIAN = "%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85"  # with a zero-width non-joiner


@pytest.mark.parametrize("room", ["caf%C3%A9", "a%20b", "x" * 100, "..", "%F0%9F%92%AC", PERSIAN])
async def test_a_room_may_have_almost_any_name(connect, alice, room):
    socket = await connect(f"/ws/chat/{room}/", alice)
    await socket.send_json_to(SAY)
    assert (await socket.receive_json_from())["room"] == unquote(room)
    assert await Room.objects.aget(name=unquote(room))


# The last two are no UTF-8: servers replace such bytes by U+FFFD.
@pytest.mark.parametrize("room", ["x" * 101, "a%00b", "a%0Ab", "%E2%80%AE", "%FF", "%C3"])
async def test_a_name_that_no_room_can_have_is_refused(connect, alice, room):
    socket = await connect(f"/ws/chat/{room}/", alice)
    assert await socket.receive_close() == 4403
    with pytest.raises(ValidationError):
        await Room.objects.acreate(name=unquote(room))


def test_the_page_of_a_name_that_no_room_can_have_is_404(client, alice):
    client.force_login(alice)
    assert client.get("/rooms/a%00b/").status_code == 404
    Room.objects.bulk_create([Room(name="\ufffd")])  # without save(), which refuses it
    assert client.get(reverse("history", args=["\ufffd"])).status_code == 404


async def test_two_forms_of_a_name_are_one_room(connect, client, alice):
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    sockets = [await connect(f"/ws/chat/{quote(n)}/", alice) for n in (composed, decomposed)]
    await sockets[1].send_json_to(SAY)
    for socket in sockets:
        assert (await socket.receive_json_from())["room"] == composed
    await sockets[0].send_json_to(resume(0, decomposed))
    assert (await sockets[0].receive_json_from())["type"] == "chat.resumed"
    await sync_to_async(post)(1, decomposed)
    await client.aforce_login(alice)
    page = await sync_to_async(client.get)(reverse("history", args=[decomposed]))
    assert composed in page.content.decode()
    form = await sync_to_async(RoomForm)({"name": decomposed})
    assert "already exists" in await sync_to_async(lambda: str(form.errors))()


@pytest.mark.parametrize("path", ["/ws/chat/lobby/", "/ws/notifications/"])
async def test_an_anonymous_client_is_closed_with_4401(connect, path):
    assert await (await connect(path)).receive_close() == 4401


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "chat.say", "text": " "},
        {"type": "chat.say", "text": "a\0b"},
        {"type": "chat.say", "text": "x" * 2001},
        {"type": "chat.message", "seq": 1, "room": "lobby", "user": "x", "text": "x", "at": ""},
        {"type": "chat.resume", "room": "lobby", "after": -1},
        {"type": "chat.resume", "room": "lobby", "after": 2**63},
        {"type": "chat.resume", "room": "attic", "after": 0},
    ],
    ids=lambda frame: str(frame)[:50],
)
async def test_a_bad_message_is_answered_and_the_socket_stays_open(connect, alice, frame):
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to(frame)
    assert (await socket.receive_json_from())["type"] == "error"
    await socket.send_json_to(SAY)
    assert await receive_numbers(socket, 1) == [1]


async def test_the_error_for_a_blank_message_says_it_in_words(connect, alice):
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to({"type": "chat.say", "text": " "})
    detail = (await socket.receive_json_from())["detail"]
    assert detail == "A text must not be blank or contain NUL - at `$.text`"


async def test_a_message_that_is_rolled_back_is_neither_sent_nor_counted(connect, alice):
    def roll_back():
        with transaction.atomic():
            post_message("lobby", alice, "in vain")
            transaction.set_rollback(True)

    socket = await connect("/ws/chat/lobby/", alice)
    await sync_to_async(roll_back)()
    await sync_to_async(post)(1)
    assert await receive_numbers(socket, 1) == [1]
    assert await socket.receive_nothing()


async def test_a_message_that_is_sent_again_with_its_id_is_stored_once(connect, alice, bob):
    sockets = [await connect("/ws/chat/lobby/", user) for user in (alice, alice, bob)]
    say = {**SAY, "id": str(uuid4())}
    for socket in sockets[:2]:
        await socket.send_json_to(say)  # at the same time
    for socket in sockets[:2]:
        assert await socket.receive_message("ack") == {"type": "ack", "id": say["id"]}
    assert (await sockets[2].receive_message("chat.message"))["seq"] == 1
    await sockets[2].send_json_to(say)  # another user's id is another id
    assert (await sockets[2].receive_message("chat.message"))["seq"] == 2
    assert await Message.objects.acount() == 2


# Resume


def resume(after, room="lobby"):
    return {"type": "chat.resume", "room": room, "after": after}


@pytest.mark.parametrize("after", [0, 4, 5, 9])
async def test_a_client_that_reconnects_gets_missed_messages_and_then_new_ones(
    connect, alice, after
):
    await sync_to_async(post)(5)
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to(resume(after))
    missed = list(range(after + 1, 6))
    answer = {"type": "chat.resumed", "room": "lobby", "after": after, "count": len(missed)}
    assert await socket.receive_json_from() == answer
    assert await receive_numbers(socket, len(missed)) == missed
    await sync_to_async(post)(1)
    assert await receive_numbers(socket, 1) == [6]


async def test_more_than_500_missed_messages_are_on_a_page(connect, client, alice):
    await sync_to_async(store)(851, "café & co")
    socket = await connect(f"/ws/chat/{quote('café & co')}/", alice)
    await socket.send_json_to(resume(310, "café & co"))
    gap = await socket.receive_json_from()
    history = f"{reverse('history', args=['café & co'])}?after=310"
    assert gap == {"type": "chat.gap", "room": "café & co", "after": 310, "history": history}
    await sync_to_async(post)(1, "café & co")
    assert await receive_numbers(socket, 1) == [852]
    await client.aforce_login(alice)
    page = (await sync_to_async(client.get)(history)).context["page"]
    assert 311 in [message.seq for message in page]


async def test_resuming_again_at_once_is_refused(connect, alice, monkeypatch):
    monkeypatch.setattr("chat.consumers.RESUME_SECONDS", 3600)
    socket = await connect("/ws/chat/lobby/", alice)
    for expected in ("chat.resumed", "error"):
        await socket.send_json_to(resume(0))
        assert (await socket.receive_json_from())["type"] == expected


# Permissions


async def test_a_room_for_staff_is_closed_with_4403_to_others(connect, alice, bob):
    await Room.objects.acreate(name="lobby", staff_only=True)
    assert await (await connect("/ws/chat/lobby/", bob)).receive_close() == 4403
    assert await (await connect("/ws/chat/lobby/", alice)).is_open()


async def test_a_room_that_becomes_staff_only_closes_the_sockets_of_others(connect, alice, bob):
    room = await Room.objects.acreate(name="lobby")
    staff, other = [await connect("/ws/chat/lobby/", user) for user in (alice, bob)]
    elsewhere = await connect("/ws/chat/attic/", bob)
    room.staff_only = True
    await room.asave()
    assert await other.receive_close() == 4403
    assert await staff.is_open()
    assert await elsewhere.is_open()


async def test_a_user_who_is_no_longer_staff_loses_a_room_for_staff(connect, alice):
    await Room.objects.acreate(name="lobby", staff_only=True)
    socket = await connect("/ws/chat/lobby/", alice)
    alice.is_staff = False
    await alice.asave()
    assert await socket.receive_close() == 4403


def test_saving_a_room_that_was_loaded_earlier_keeps_its_number(alice):
    post(1)
    room = Room.objects.get()
    post(1)
    room.staff_only = True
    room.save()
    room.refresh_from_db()
    assert (room.staff_only, room.last_seq) == (True, 2)


# Presence


async def test_the_others_in_a_room_see_who_comes_types_and_leaves(connect, alice, bob):
    path = "/ws/chat/lobby/people/"
    first = await connect(path, alice)
    [member] = (await first.receive_message("presence.state"))["members"]
    assert member == {"user": str(alice.pk), "sockets": 1, "meta": {"name": "alice"}}
    second = await connect(path, bob)
    [member] = (await first.receive_message("presence.diff"))["joins"]
    assert member["meta"]["name"] == "bob"
    await second.send_json_to({"type": "chat.typing"})
    assert await first.receive_json_from() == {"type": "chat.is_typing", "name": "bob"}
    await second.disconnect()
    assert (await first.receive_message("presence.diff"))["leaves"] == [str(bob.pk)]


async def test_a_room_for_staff_shows_nobody_to_others(connect, alice, bob):
    await Room.objects.acreate(name="lobby", staff_only=True)
    assert await (await connect("/ws/chat/lobby/people/", bob)).receive_close() == 4403


# Notices


async def test_a_view_sends_a_notice_to_all_sockets_of_one_user(connect, async_client, alice, bob):
    await async_client.aforce_login(alice)
    sockets = [await connect("/ws/notifications/", user) for user in (bob, bob, alice)]
    response = await async_client.post(reverse("notify"), {"to": "bob", "text": "hello"})
    assert response.json() == {"sent": True}
    for socket in sockets[:2]:
        message = await socket.receive_json_from()
        assert (message["type"], message["from"]) == ("chat.notice", "alice")
        assert message["text"] == "hello"
    assert await sockets[2].receive_nothing()


@pytest.mark.parametrize(("recipient", "status"), [("alice", 400), ("bob", 200), ("nobody", 400)])
def test_only_staff_may_notify_others(client, alice, bob, recipient, status):
    client.force_login(bob)
    response = client.post(reverse("notify"), {"to": recipient, "text": "x"})
    assert response.status_code == status


@pytest.mark.parametrize("view", ["announce", "notify"])
def test_sending_needs_a_user_and_a_post(client, bob, view):
    assert client.post(reverse(view)).status_code == 302
    client.force_login(bob)
    assert client.get(reverse(view)).status_code == 405


async def test_the_admin_action_sends_a_notice(connect, async_client, alice, bob):
    await async_client.aforce_login(alice)
    socket = await connect("/ws/notifications/", bob)
    data = {"action": "notify_users", "_selected_action": [bob.pk]}
    response = await async_client.post("/admin/accounts/user/", data)
    assert response.status_code == 302
    assert (await socket.receive_json_from())["from"] == "alice"


# The admin


@pytest.fixture
def admin(client, alice):
    """A client that is logged in to the admin; the lobby has two messages, the attic one."""
    post(2)
    post(1, "attic")
    client.force_login(alice)
    return client


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("room/", ["attic", "lobby"]),
        ("room/?q=att", ["attic"]),
        ("room/?staff_only__exact=1", []),
        ("message/", ["attic 1", "lobby 1", "lobby 2"]),
        ("message/?q=2", ["lobby 2"]),
        ("message/?q=bob", []),
        ("message/?at__year=2000", []),
    ],
)
def test_the_admin_finds_rooms_and_messages(admin, query, found):
    results = admin.get(f"/admin/chat/{query}").context["cl"].result_list
    assert sorted(map(str, results)) == found


def test_in_the_admin_messages_can_be_deleted_but_not_written(admin):
    page = f"/admin/chat/message/{Message.objects.get(room__name='attic').pk}"
    assert admin.get("/admin/chat/message/add/").status_code == 403
    assert admin.post(f"{page}/change/", {"text": "other"}).status_code == 403
    assert admin.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    assert not Message.objects.filter(room__name="attic").exists()


def test_in_the_admin_a_room_keeps_its_name_and_its_number_and_stays(admin):
    lobby = Room.objects.get(name="lobby")
    page = f"/admin/chat/room/{lobby.pk}"
    admin.post(f"{page}/change/", {"name": "other", "staff_only": "on", "last_seq": 9})
    lobby.refresh_from_db()
    assert (lobby.name, lobby.staff_only, lobby.last_seq) == ("lobby", True, 2)
    assert admin.post(f"{page}/delete/").status_code == 403


# Pages


def test_hello_greets_by_name(client, alice):
    assert client.get(reverse("hello")).content.startswith(b"Hello, stranger.")
    client.force_login(alice)
    assert client.get(reverse("hello")).content.startswith(b"Hello, alice.")


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_shows_the_code_that_runs(client, alice, signed_in):
    if signed_in:
        client.force_login(alice)
    page = client.get(reverse("index")).content.decode()
    for name in ("hello", "announce", "notify", "send_notice"):
        assert f'<span class="keyword">def</span> {name}' in page
    for name in ("EchoConsumer", "TypedEchoConsumer", "RoomConsumer", "ChatConsumer"):
        assert f'<span class="keyword">class</span> {name}' in page
    assert " -&gt; " in page


def test_the_page_shows_the_last_messages_and_where_to_go_on(client, alice, bob):
    client.force_login(bob)
    assert client.get(reverse("index")).context["after"] == 0
    store(60)
    context = client.get(reverse("index")).context
    assert [message.seq for message in context["said"]] == list(range(11, 61))
    assert context["after"] == 60
    Room.objects.update(staff_only=True)
    assert not client.get(reverse("index")).context["said"]


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", 201, 250),
        ("?page=1", 1, 100),
        ("?page=x", 1, 100),
        ("?after=0", 1, 100),
        ("?after=100", 101, 200),
        ("?after=250", 201, 250),
        (f"?after={10**30}", 201, 250),
        ("?after=x", 201, 250),
    ],
)
def test_the_history_has_pages(client, alice, query, first, last):
    store(250)
    client.force_login(alice)
    page = client.get(reverse("history", args=["lobby"]) + query).context["page"]
    assert [message.seq for message in page] == list(range(first, last + 1))


def test_the_history_escapes_messages(client, alice):
    post_message("lobby", alice, "<script>alert(1)</script>")
    client.force_login(alice)
    page = client.get(reverse("history", args=["lobby"])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_the_history_is_for_users_with_access_to_the_room(client, alice, bob):
    store(1)
    lobby = reverse("history", args=["lobby"])
    assert client.get(lobby).status_code == 302
    client.force_login(bob)
    assert client.get(lobby).status_code == 200
    assert client.get(reverse("history", args=["attic"])).status_code == 404
    Room.objects.update(staff_only=True)
    assert client.get(lobby).status_code == 403
    client.force_login(alice)
    assert client.get(lobby).status_code == 200
