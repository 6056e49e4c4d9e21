"""The example: a room with a memory and notices over WebSocket, its pages and its admin."""

import asyncio
from datetime import datetime
from urllib.parse import quote, unquote

import pytest
from asgiref.sync import sync_to_async
from channels_realtime.testing.waiting import wait_until_sync
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from chat.models import Message, Room
from chat.talk import RoomStore, say

SAY = {"type": "chat.say", "text": "hello"}


async def test_everybody_in_a_room_receives_a_message(connect, alice, bob):
    sockets = [await connect("/ws/chat/lobby/", user) for user in (alice, bob)]
    await sockets[0].send_json_to(SAY)
    for socket in sockets:
        message = await socket.receive_json_from()
        assert datetime.fromisoformat(message.pop("at")).tzinfo
        said = {"seq": 1, "room": "lobby", "user": "alice", "text": "hello"}
        assert message == {"type": "chat.message", **said}


async def test_a_message_is_stored_before_it_is_sent(connect, alice):
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to(SAY)
    message = await socket.receive_json_from()
    stored = await Message.objects.select_related("room", "user").aget()
    assert (stored.room.name, stored.seq, stored.user, stored.text) == ("lobby", 1, alice, "hello")
    assert stored.at.isoformat() == message["at"]


async def test_what_cannot_be_sent_is_neither_stored_nor_counted(connect, alice, monkeypatch):
    socket = await connect("/ws/chat/lobby/", alice)
    with monkeypatch.context() as broken:
        broken.setattr("chat.talk.publish", lambda *_: 1 / 0)
        await socket.send_json_to(SAY)
        assert (await socket.receive_json_from())["code"] == "internal"
    assert not await Message.objects.aexists()
    await socket.send_json_to(SAY)
    assert (await socket.receive_json_from())["seq"] == 1


async def test_another_room_hears_nothing(connect, alice, bob):
    lobby, attic = await connect("/ws/chat/lobby/", alice), await connect("/ws/chat/attic/", bob)
    await lobby.send_json_to(SAY)
    await lobby.receive_json_from()
    assert await attic.receive_nothing()


@pytest.mark.parametrize("room", ["caf%C3%A9", "a%20b", "x" * 100, "..", "%F0%9F%92%AC"])
async def test_a_room_may_have_almost_any_name(connect, alice, room):
    socket = await connect(f"/ws/chat/{room}/", alice)
    await socket.send_json_to(SAY)
    message = await socket.receive_json_from()
    assert (message["room"], message["text"]) == (unquote(room), "hello")


@pytest.mark.parametrize("room", ["x" * 101, "a%00b", "a%0Ab", "%E2%80%AE"])
async def test_a_name_too_long_or_not_printable_is_refused_with_4403(connect, alice, room):
    socket = await connect(f"/ws/chat/{room}/", alice)
    assert await socket.receive_close() == 4403


@pytest.mark.parametrize("path", ["/ws/chat/lobby/", "/ws/notifications/"])
async def test_an_anonymous_socket_is_accepted_and_closed_with_4401(connect, path):
    socket = await connect(path)
    assert socket.accepted
    assert await socket.receive_close() == 4401


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "[" * 60_000,
        '{"type": "chat.shout", "text": "x"}',
        '{"type": "chat.say"}',
        '{"type": "chat.say", "text": 1}',
        '{"type": "chat.say", "text": "\\ud800"}',
        '{"type": "chat.say", "text": " "}',
        '{"type": "chat.say", "text": "a\\u0000b"}',
        '{"type": "chat.message", "seq": 1, "room": "lobby", "user": "x", "text": "x", "at": ""}',
        '{"type": "chat.resume", "room": "lobby", "after": -1}',
        '{"type": "chat.resume", "room": "lobby", "after": 9223372036854775808}',
        '{"type": "chat.resume", "room": "attic", "after": 0}',
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


async def test_a_frame_of_100_000_bytes_is_answered_and_closed_with_1009(connect, alice):
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to({"type": "chat.say", "text": "x" * 100_000})
    assert (await socket.receive_json_from())["code"] == "too_big"
    assert await socket.receive_close() == 1009
    assert not await Message.objects.aexists()


# Order, and coming back


def tell(count, room="lobby", user=None):
    """Say numbers in a room, as synchronous code does: a view, a command."""
    user = user or User.objects.get(username="alice")
    for number in range(1, count + 1):
        say(room, user, str(number))


def store(count, room="lobby"):
    """Store many messages at once, and send none of them."""
    where, _ = Room.objects.update_or_create(name=room, defaults={"last_seq": count})
    user = User.objects.get(username="alice")
    Message.objects.bulk_create(
        Message(room=where, seq=seq, user=user, text=str(seq)) for seq in range(1, count + 1)
    )


async def hear(socket, count):
    """Return the numbers of the next messages."""
    messages = [await socket.receive_json_from() for _ in range(count)]
    assert {message["type"] for message in messages} == {"chat.message"}
    return [message["seq"] for message in messages]


def resume(after, room="lobby"):
    return {"type": "chat.resume", "room": room, "after": after}


async def test_each_socket_gets_a_rooms_messages_once_and_in_order_of_seq(
    connect, settings, alice, bob
):
    settings.REALTIME_BURST = 100
    sockets = [await connect("/ws/chat/lobby/", user) for user in (alice, bob, alice)]
    for _ in range(10):
        for socket in sockets:
            await socket.send_json_to(SAY)
    for socket in sockets:
        assert await hear(socket, 30) == list(range(1, 31))
    assert await sockets[0].receive_nothing()


async def test_each_room_counts_for_itself(connect, alice):
    lobby, attic = await connect("/ws/chat/lobby/", alice), await connect("/ws/chat/attic/", alice)
    await sync_to_async(tell)(2)
    await sync_to_async(tell)(1, "attic")
    assert await hear(lobby, 2) == [1, 2]
    assert await hear(attic, 1) == [1]


async def test_what_is_rolled_back_is_neither_sent_nor_counted(connect, alice):
    def tell_in_vain():
        with transaction.atomic():
            say("lobby", alice, "in vain")
            transaction.set_rollback(True)

    socket = await connect("/ws/chat/lobby/", alice)
    await sync_to_async(tell_in_vain)()
    await sync_to_async(say)("lobby", alice, "in earnest")
    message = await socket.receive_json_from()
    assert (message["seq"], message["text"]) == (1, "in earnest")
    assert await socket.receive_nothing()


async def test_a_new_socket_hears_what_is_said_from_now_on(connect, alice):
    await sync_to_async(tell)(3)
    socket = await connect("/ws/chat/lobby/", alice)
    await sync_to_async(tell)(1)
    assert await hear(socket, 1) == [4]


@pytest.mark.parametrize("after", [0, 1, 4, 5, 9])
async def test_who_comes_back_gets_what_was_missed_and_then_what_is_new(connect, alice, after):
    await sync_to_async(tell)(5)
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to(resume(after))
    missed = list(range(after + 1, 6))
    answer = {"type": "chat.resumed", "room": "lobby", "after": after, "count": len(missed)}
    assert await socket.receive_json_from() == answer
    assert await hear(socket, len(missed)) == missed if missed else True
    await sync_to_async(tell)(1)
    assert await hear(socket, 1) == [6]


async def test_who_comes_back_to_an_empty_room_has_missed_nothing(connect, alice):
    socket = await connect("/ws/chat/nowhere/", alice)
    await socket.send_json_to(resume(0, "nowhere"))
    assert (await socket.receive_json_from())["count"] == 0
    assert not await Room.objects.aexists()


async def test_who_comes_back_while_others_talk_gets_everything_once_and_in_order(
    connect, settings, alice, bob
):
    settings.REALTIME_BURST = 100
    await sync_to_async(tell)(20)
    talker = await connect("/ws/chat/lobby/", bob)
    late = [await connect("/ws/chat/lobby/", alice) for _ in range(4)]
    for turn in range(20):
        await talker.send_json_to(SAY)
        if turn % 5 == 4:
            await late[turn // 5].send_json_to(resume(10))
        await asyncio.sleep(0.002)
    for turn, socket in enumerate(late, 1):
        frames = await everything(socket, last=40)
        # What came live before the answer, what was missed from number 11, what came live since.
        before, after = frames
        assert before == list(range(21, 21 + len(before)))
        assert len(before) <= 5 * turn
        assert after == list(range(11, 41))


async def test_what_is_said_while_the_missed_messages_are_read_comes_once_after_them(
    connect, alice, bob, monkeypatch
):
    def after(store, number, limit):
        """Read, and return only when somebody has said more and others have heard it."""
        found = read(store, number, limit)
        if number == 0:  # the hub may read as well, from a later one
            for _ in range(3):
                say("lobby", bob, "meanwhile")
            wait_until_sync(lambda: witness.output_queue.qsize() == 3)
        return found

    await sync_to_async(tell)(5)
    witness, late = [await connect("/ws/chat/lobby/", user) for user in (bob, alice)]
    read = RoomStore.after
    monkeypatch.setattr(RoomStore, "after", after)
    await late.send_json_to(resume(0))
    assert (await late.receive_json_from())["count"] == 5
    assert await hear(late, 8) == list(range(1, 9))
    assert await hear(witness, 3) == [6, 7, 8]
    assert await late.receive_nothing()


async def everything(socket, last):
    """Return the numbers heard before and after the answer to a resume, up to the last."""
    heard: list[list[int]] = [[], []]
    while not (heard[1] and heard[1][-1] == last):
        message = await socket.receive_json_from()
        if message["type"] == "chat.resumed":
            heard[0], heard[1] = heard[1], []
        else:
            heard[1].append(message["seq"])
    return heard


async def test_as_many_as_500_missed_messages_are_sent(connect, alice):
    await sync_to_async(store)(500)
    socket = await connect("/ws/chat/lobby/", alice)
    await socket.send_json_to(resume(0))
    assert (await socket.receive_json_from())["count"] == 500
    assert await hear(socket, 500) == list(range(1, 501))


async def test_more_than_500_are_on_a_page_and_the_socket_goes_on_live(connect, client, alice):
    await sync_to_async(store)(511, "café & co")
    socket = await connect(f"/ws/chat/{quote('café & co')}/", alice)
    await socket.send_json_to(resume(10, "café & co"))
    gap = await socket.receive_json_from()
    history = f"{reverse('history', args=['café & co'])}?after=10"
    assert gap == {"type": "chat.gap", "room": "café & co", "after": 10, "history": history}
    await sync_to_async(tell)(1, "café & co")
    assert await hear(socket, 1) == [512]
    await client.aforce_login(alice)
    said = (await sync_to_async(client.get)(history)).context["said"]
    assert [message.seq for message in said] == list(range(11, 111))


# Who may be in a room


async def close_lobby(**values):
    await Room.objects.acreate(name="lobby", staff_only=True, **values)


async def test_a_room_for_staff_is_closed_with_4403_to_others(connect, alice, bob):
    await close_lobby()
    assert await (await connect("/ws/chat/lobby/", bob)).receive_close() == 4403
    assert await (await connect("/ws/chat/lobby/", alice)).is_open()


async def test_when_a_room_becomes_staff_only_the_others_are_put_out(connect, alice, bob):
    await sync_to_async(tell)(1)
    staff, other = [await connect("/ws/chat/lobby/", user) for user in (alice, bob)]
    elsewhere = await connect("/ws/chat/attic/", bob)
    await sync_to_async(tell)(1)
    assert await hear(other, 1) == [2]
    room = await Room.objects.aget()
    room.staff_only = True
    await room.asave()
    assert await other.receive_close() == 4403
    assert await elsewhere.is_open()
    await sync_to_async(tell)(1)
    assert await hear(staff, 2) == [2, 3]


async def test_who_is_staff_no_more_is_put_out_of_a_room_for_staff(connect, alice):
    await close_lobby()
    socket = await connect("/ws/chat/lobby/", alice)
    alice.is_staff = False
    await alice.asave()
    assert await socket.receive_close() == 4403


def test_saving_a_room_loaded_before_somebody_spoke_keeps_the_count(transactional_db, alice):
    say("lobby", alice, "one")
    room = Room.objects.get()
    say("lobby", alice, "two")
    room.staff_only = True
    room.save()
    assert say("lobby", alice, "three").seq == 3
    assert Room.objects.get().staff_only


def test_in_the_admin_a_room_keeps_its_name_and_stays(admin, alice):
    lobby = Room.objects.get(name="lobby")
    page = reverse("admin:chat_room_change", args=[lobby.pk])
    admin.post(page, {"name": "attic", "staff_only": "on"})
    lobby.refresh_from_db()
    assert (lobby.name, lobby.staff_only) == ("lobby", True)
    assert admin.post(reverse("admin:chat_room_delete", args=[lobby.pk])).status_code == 403


async def test_resuming_again_at_once_is_refused(connect, alice, monkeypatch):
    monkeypatch.setattr("chat.consumers.RESUME_SECONDS", 3600)
    socket = await connect("/ws/chat/lobby/", alice)
    for expected in ("chat.resumed", "error"):
        await socket.send_json_to({"type": "chat.resume", "room": "lobby", "after": 0})
        assert (await socket.receive_json_from())["type"] == expected


async def test_in_the_admin_a_room_becomes_staff_only(connect, async_client, alice, bob):
    await async_client.aforce_login(alice)
    room = await Room.objects.acreate(name="lobby", last_seq=3)
    socket = await connect("/ws/chat/lobby/", bob)
    data = {"name": "lobby", "staff_only": "on", "last_seq": 9}
    await async_client.post(f"/admin/chat/room/{room.pk}/change/", data)
    assert await socket.receive_close() == 4403
    await room.arefresh_from_db()
    assert (room.staff_only, room.last_seq) == (True, 3)


# The history


def page(client, query=""):
    """Return the numbers on a page of the lobby's history, and the queries of its neighbours."""
    context = client.get(reverse("history", args=["lobby"]) + query).context
    return [message.seq for message in context["said"]], context["older"], context["newer"]


@pytest.fixture
def reader(client, alice, bob):
    """A browser of somebody who is no staff, and a room in which much was said."""
    store(250)
    client.force_login(bob)
    return client


@pytest.mark.parametrize(
    ("query", "first", "last", "older", "newer"),
    [
        ("", 151, 250, "before=151", None),
        ("?before=151", 51, 150, "before=51", "after=150"),
        ("?before=51", 1, 50, None, "after=50"),
        ("?after=0", 1, 100, None, "after=100"),
        ("?after=100", 101, 200, "before=101", "after=200"),
        ("?after=200", 201, 250, "before=201", None),
    ],
)
def test_the_history_has_pages(reader, query, first, last, older, newer):
    assert page(reader, query) == (list(range(first, last + 1)), older, newer)


@pytest.mark.parametrize(
    ("query", "older", "newer"),
    [
        ("?after=250", "before=251", None),
        ("?after=9999", "before=10000", None),
        ("?before=1", None, "after=0"),
        ("?before=0", None, "after=0"),
    ],
)
def test_an_empty_page_of_the_history_leads_to_its_neighbours(reader, query, older, newer):
    assert page(reader, query) == ([], older, newer)


@pytest.mark.parametrize("query", ["?after=x", "?before=-1", f"?after={2**63}"])
def test_a_page_of_the_history_that_is_none_is_a_bad_request(reader, query):
    assert reader.get(reverse("history", args=["lobby"]) + query).status_code == 400


def test_the_history_shows_what_was_said_escaped(reader, alice):
    say("lobby", alice, "<script>alert(1)</script>")
    shown = reader.get(reverse("history", args=["lobby"])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


def test_the_history_is_for_those_who_may_be_in_the_room(client, alice, bob):
    store(1)
    lobby, nowhere = reverse("history", args=["lobby"]), reverse("history", args=["nowhere"])
    assert client.get(lobby).status_code == 302
    client.force_login(bob)
    assert client.get(lobby).status_code == 200
    assert client.get(nowhere).status_code == 404
    Room.objects.update(staff_only=True)
    assert client.get(lobby).status_code == 403
    client.force_login(alice)
    assert client.get(lobby).status_code == 200


# Notices


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


# The admin


@pytest.fixture
def admin(client, alice, bob):
    """A browser in the admin; alice has said 1 and 2 in the lobby, bob 1 in the attic."""
    tell(2)
    tell(1, "attic", bob)
    Room.objects.filter(name="attic").update(staff_only=True)
    client.force_login(alice)
    return client


def found(client, model, query=""):
    """Return what the admin lists, as text."""
    return [
        str(each) for each in client.get(f"/admin/chat/{model}/{query}").context["cl"].result_list
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"attic", "lobby"}),
        ("?q=att", {"attic"}),
        ("?q=nowhere", set()),
        ("?staff_only__exact=1", {"attic"}),
        ("?staff_only__exact=0", {"lobby"}),
    ],
)
def test_the_admin_finds_rooms(admin, query, names):
    assert set(found(admin, "room", query)) == names


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("", ["attic 1", "lobby 1", "lobby 2"]),
        ("?q=2", ["lobby 2"]),
        ("?q=bob", ["attic 1"]),
        ("?room__id__exact={lobby}", ["lobby 1", "lobby 2"]),
        ("?at__gte=2000-01-01+00:00%2B00:00", ["attic 1", "lobby 1", "lobby 2"]),
        ("?at__year=2000", []),
    ],
)
def test_the_admin_finds_messages(admin, query, messages):
    lobby = Room.objects.get(name="lobby").pk
    assert sorted(found(admin, "message", query.format(lobby=lobby))) == messages


def test_in_the_admin_messages_are_read_and_deleted_but_not_written(admin):
    message = Message.objects.get(room__name="lobby", seq=1)
    change = f"/admin/chat/message/{message.pk}/change/"
    assert admin.get("/admin/chat/message/add/").status_code == 403
    assert admin.get(change).status_code == 200
    assert admin.post(change, {"text": "other"}).status_code == 403
    assert (
        admin.post(f"/admin/chat/message/{message.pk}/delete/", {"post": "yes"}).status_code == 302
    )
    assert found(admin, "message", "?q=1") == ["attic 1"]


# Pages


def test_hello_greets_by_name(client, alice):
    assert client.get(reverse("hello")).content.startswith(b"Hello, stranger.")
    client.force_login(alice)
    assert client.get(reverse("hello")).content.startswith(b"Hello, alice.")


def test_the_page_shows_the_last_messages_and_where_to_go_on(client, alice, bob):
    client.force_login(bob)
    assert client.get(reverse("index")).context["after"] == 0
    store(60)
    context = client.get(reverse("index")).context
    assert [message.seq for message in context["said"]] == list(range(11, 61))
    assert context["after"] == 60
    Room.objects.update(staff_only=True)
    assert not client.get(reverse("index")).context["said"]


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_shows_the_code_that_runs(client, alice, signed_in):
    if signed_in:
        client.force_login(alice)
    page = client.get(reverse("index")).content.decode()
    for name in ("def hello", "class EchoConsumer", "class ChatConsumer", "def notify"):
        assert name in page
