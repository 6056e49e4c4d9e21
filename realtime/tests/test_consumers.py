"""The base of all consumers: typed messages, limits, events, and the end of a socket."""

import asyncio
import json
import logging
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connection

from accounts.models import User
from realtime import connection as connections
from realtime.consumers import MessageConsumer
from realtime.groups import group_name
from realtime.hub import PULSES, current_hub
from realtime.messages import TEXT, Message
from realtime.publish import apublish
from realtime.sockets import REVOCATIONS
from tests.steps import until
from tests.tools import Socket

GROUP = group_name("test", "café")


class Say(Message, tag="test.say"):
    text: str


class Said(Message, tag="test.said"):
    text: str


class Whisper(Message, tag="test.whisper"):
    text: str


class Parrot(MessageConsumer):
    """Repeats what it is told, by a client or an event; with "!" it fails."""

    accepts = Say
    sends = Said
    sign_in = False

    def group_names(self):
        return [GROUP]

    async def receive_message(self, message):
        await self.repeat(message.text)

    async def test_repeat(self, event):
        await self.repeat(event["text"])

    async def repeat(self, text):
        if text == "!":
            raise RuntimeError("a secret")
        await self.send_message(Said(text))


class ParrotOfUsers(Parrot):
    sign_in = True


def say(text):
    return {"type": "test.say", "text": text}


def said(text):
    return {"type": "test.said", "text": text}


def groups():
    """Return the groups to which the process is subscribed."""
    return set(current_hub().subscriptions) - {PULSES, REVOCATIONS}


async def send_event(kind, **values):
    await get_channel_layer().group_send(GROUP, {"type": kind, **values})


@pytest.fixture
async def socket(visit, serve):
    return await visit(serve(Parrot))


@pytest.fixture
async def hops(monkeypatch):
    """Everything that the event loop hands to a thread while the test runs."""
    loop, seen = asyncio.get_running_loop(), []
    run = loop.run_in_executor

    def run_in_executor(executor, function, *values):
        seen.append(function)
        return run(executor, function, *values)

    monkeypatch.setattr(loop, "run_in_executor", run_in_executor)
    return seen


# Messages


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "bad_json"),
        ("[" * 60_000, "bad_message"),
        ("[]", "bad_message"),
        ('{"type": "test.say"}', "bad_message"),
        ('{"type": "test.say", "text": 1}', "bad_message"),
        ('{"type": "test.shout", "text": "x"}', "unknown_type"),
        ('{"type": "test.repeat", "text": "x"}', "unknown_type"),
        (b"\x00\xff", "binary"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_bad_frame_is_answered_and_the_socket_lives_on(socket, frame, code):
    await (socket.send_to(frame) if isinstance(frame, str) else socket.send_to(bytes_data=frame))
    answer = await socket.receive_json_from()
    assert answer == {"type": "error", "code": code, "detail": answer["detail"]}
    await socket.send_json_to(say("still here"))
    assert await socket.receive_json_from() == said("still here")


async def test_a_handler_that_raises_is_answered_and_the_socket_lives_on(socket, caplog):
    await socket.send_json_to(say("!"))
    answer = await socket.receive_json_from()
    assert (answer["type"], answer["code"]) == ("error", "internal")
    assert "secret" not in answer["detail"]
    assert "RuntimeError: a secret" in caplog.text
    await socket.send_json_to(say("still here"))
    assert await socket.receive_json_from() == said("still here")


async def test_a_message_that_a_consumer_does_not_declare_is_not_sent(visit, serve, caplog):
    class Whisperer(Parrot):
        async def receive_message(self, message):
            await self.send_message(Whisper(message.text))

    socket = await visit(serve(Whisperer))
    await socket.send_json_to(say("x"))
    assert (await socket.receive_json_from())["code"] == "internal"
    assert "TypeError: Whisper is not in Whisperer.sends" in caplog.text


async def test_every_consumer_answers_a_ping(visit, serve):
    class Mute(MessageConsumer):
        sign_in = False

    assert await (await visit(serve(Mute))).is_open()


# Limits


@pytest.mark.parametrize("character", ["x", "é", "𝄞"])
async def test_a_frame_may_have_64_kib(socket, settings, character):
    rest = settings.REALTIME_MESSAGE_BYTES - len(json.dumps(say("")))
    text = character * (rest // len(character.encode()))
    await socket.send_to(text_data=json.dumps(say(text), ensure_ascii=False))
    assert await socket.receive_json_from() == said(text)


@pytest.mark.parametrize("character", ["x", "é", "𝄞"])
async def test_a_larger_frame_is_answered_and_closed_with_1009(socket, settings, character):
    text = character * (settings.REALTIME_MESSAGE_BYTES // len(character.encode()))
    await socket.send_to(text_data=json.dumps(say(text), ensure_ascii=False))
    assert (await socket.receive_json_from())["code"] == "too_big"
    assert await socket.closed() == 1009


async def test_who_is_too_fast_is_told_and_who_goes_on_is_closed_with_4429(visit, serve, settings):
    settings.REALTIME_RATE, settings.REALTIME_BURST = 0.001, 5
    socket = await visit(serve(Parrot))
    for _ in range(11):
        await socket.send_json_to(say("x"))
    answers = [await socket.receive_json_from() for _ in range(11)]
    assert answers[:5] == [said("x")] * 5
    assert {answer["code"] for answer in answers[5:]} == {"too_fast"}
    assert await socket.closed() == 4429


async def test_who_slows_down_may_go_on(visit, serve, settings, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("realtime.limits.time", Mock(monotonic=lambda: now[0]))
    settings.REALTIME_RATE, settings.REALTIME_BURST = 20, 1
    socket = await visit(serve(Parrot))
    for _ in range(2):
        await socket.send_json_to(say("x"))
    assert await socket.receive_json_from() == said("x")
    assert (await socket.receive_json_from())["code"] == "too_fast"
    now[0] += 0.1  # pays the debt of one, and earns one
    await socket.send_json_to(say("x"))
    assert await socket.receive_json_from() == said("x")


async def test_pings_and_bad_frames_count_as_well(visit, serve, settings):
    settings.REALTIME_RATE, settings.REALTIME_BURST = 0.001, 2
    socket = await visit(serve(Parrot))
    assert await socket.is_open()
    await socket.send_to(text_data="not json")
    assert (await socket.receive_json_from())["code"] == "bad_json"
    await socket.send_json_to(say("x"))
    assert (await socket.receive_json_from())["code"] == "too_fast"


async def test_one_socket_more_than_a_user_may_have_is_closed_with_4429(
    connect, serve, settings, alice, bob
):
    settings.REALTIME_SOCKETS_PER_USER = 2
    path = serve(ParrotOfUsers)
    first, second, third = [await connect(path, alice) for _ in range(3)]
    assert await third.closed() == 4429
    for socket in (first, second, await connect(path, bob)):
        assert await socket.is_open()
    await first.disconnect()
    assert await (await connect(path, alice)).is_open()


# Who may connect


async def test_a_stranger_is_accepted_and_closed_with_4401(visit, serve):
    socket = await visit(serve(ParrotOfUsers))
    assert socket.accepted
    assert await socket.closed() == 4401


async def test_a_signed_in_user_is_let_in(connect, serve, alice):
    socket = await connect(serve(ParrotOfUsers), alice)
    await socket.send_json_to(say("hello"))
    assert await socket.receive_json_from() == said("hello")


async def test_who_may_not_join_is_closed_with_4403_and_was_never_subscribed(connect, serve, alice):
    seen = []

    class Club(ParrotOfUsers):
        async def can_join(self):
            seen.append(groups())
            return False

    socket = await connect(serve(Club), alice)
    await send_event("test.repeat", text="a secret")
    assert socket.accepted
    assert await socket.closed() == 4403
    assert seen == [set()]
    assert not groups()


async def test_groups_may_follow_from_what_can_join_has_found(connect, serve, alice):
    class Room(ParrotOfUsers):
        async def can_join(self):
            self.room = GROUP
            return True

        def group_names(self):
            return [self.room]

    path = serve(Room)
    assert await (await connect(path)).closed() == 4401
    socket = await connect(path, alice)
    await send_event("test.repeat", text="hello")
    assert await socket.receive_json_from() == said("hello")


@pytest.mark.parametrize("name", ["can_join", "connect", "group_names"])
async def test_a_socket_that_cannot_be_opened_is_closed_with_1013(
    visit, serve, monkeypatch, caplog, name
):
    class Broken(Parrot):
        pass

    monkeypatch.setattr(Broken, name, lambda self: 1 / 0)
    assert await (await visit(serve(Broken))).closed() == 1013
    assert "ZeroDivisionError" in caplog.text
    assert not groups()


# Events


async def test_an_event_calls_the_method_named_after_its_type(socket):
    await send_event("test.repeat", text="hello")
    assert await socket.receive_json_from() == said("hello")


async def test_an_event_of_an_unknown_type_is_ignored(socket, caplog):
    caplog.set_level(logging.INFO)
    await send_event("test.of_the_next_release")
    await send_event("test.repeat", text="hello")
    assert await socket.receive_json_from() == said("hello")
    assert "no handler for test.of_the_next_release" in caplog.text


async def test_an_events_handler_that_raises_is_answered_and_the_socket_lives_on(socket, caplog):
    await send_event("test.repeat", text="!")
    await send_event("test.repeat", text="still here")
    assert (await socket.receive_json_from())["code"] == "internal"
    assert await socket.receive_json_from() == said("still here")
    assert "RuntimeError: a secret" in caplog.text


async def test_a_text_event_goes_out_as_it_is(socket):
    await send_event(TEXT, text=" as it is ")
    assert await socket.receive_from() == " as it is "


async def test_events_and_messages_are_handled_one_at_a_time_and_in_order(visit, serve):
    class Slow(Parrot):
        async def repeat(self, text):
            await self.send_message(Said(f"{text} begins"))
            await asyncio.sleep(0.005)
            await self.send_message(Said(f"{text} ends"))

    socket = await visit(serve(Slow))
    for number in range(5):
        await send_event("test.repeat", text=f"event {number}")
        await socket.send_json_to(say(f"message {number}"))
    heard = [(await socket.receive_json_from())["text"] for _ in range(20)]
    begun = [text.removesuffix(" begins") for text in heard[::2]]
    assert heard == [f"{text} {what}" for text in begun for what in ("begins", "ends")]
    for kind in ("event", "message"):
        mine = [text for text in begun if text.startswith(kind)]
        assert mine == [f"{kind} {number}" for number in range(5)]


async def test_a_slow_handler_delays_no_other_socket(visit, serve):
    class Stuck(Parrot):
        async def repeat(self, text):
            await asyncio.Event().wait()

    await visit(serve(Stuck))
    socket = await visit(serve(Parrot))
    for number in range(5):
        await send_event("test.repeat", text=str(number))
        assert await socket.receive_json_from() == said(str(number))


async def test_too_many_events_for_a_slow_handler_close_it_with_1013(visit, serve, monkeypatch):
    class Stuck(Parrot):
        async def repeat(self, text):
            await asyncio.Event().wait()

    monkeypatch.setattr("realtime.consumers.EVENTS", 5)
    socket = await visit(serve(Stuck))
    for _ in range(7):
        await send_event("test.repeat", text="x")
    assert await socket.closed() == 1013


# What goes out


class DeafSocket(Socket):
    """A client that reads nothing: what the server sends it waits, but for a close frame."""

    def __init__(self, application, path, headers):
        super().__init__(self._behind_a_full_buffer, path, headers)
        self._served = application

    async def _behind_a_full_buffer(self, scope, receive, send):
        async def send_unless_full(event):
            if event["type"] == "websocket.send":
                await asyncio.Event().wait()
            await send(event)

        await self._served(scope, receive, send_unless_full)


async def test_who_does_not_read_is_closed_with_1013_and_delays_nobody(
    visit, serve, settings, monkeypatch
):
    monkeypatch.setattr(connections, "GOODBYE", 0.05)
    settings.REALTIME_OUTBOX_BYTES = 20_000
    path = serve(Parrot)
    deaf, reader = await visit(path, kind=DeafSocket), await visit(path)
    for number in range(50):
        await apublish(GROUP, Said(f"{number:1000}"))
        assert await reader.receive_json_from() == said(f"{number:1000}")
    assert await deaf.closed() == 1013
    assert await reader.is_open()


async def test_nothing_follows_a_frame_that_found_no_room(visit, serve, settings):
    class Flood(Parrot):
        async def receive_message(self, message):
            for text in ("one", "x" * 2_000, "three"):
                await self.send_message(Said(text))

    settings.REALTIME_OUTBOX_BYTES = 1_000
    socket = await visit(serve(Flood))
    await socket.send_json_to(say("go"))
    assert await socket.receive_json_from() == said("one")
    assert await socket.closed() == 1013


async def test_nothing_is_sent_before_the_socket_is_accepted(visit, serve, monkeypatch):
    hub = current_hub()
    join = hub.join

    async def join_while_much_is_said(group, member):
        await join(group, member)
        member.deliver({"type": "test.repeat", "text": "an event"})
        member.deliver({"type": TEXT, "text": '"a text"'})
        await asyncio.sleep(0.01)  # a frame that does not wait would go out now

    class Eager(Parrot):
        async def connect(self):
            await self.send_message(Said("in connect"))

    monkeypatch.setattr(hub, "join", join_while_much_is_said)
    # The first event must be the acceptance, or it is no acceptance.
    socket = await visit(serve(Eager))
    assert socket.accepted
    frames = [await socket.receive_json_from() for _ in range(3)]
    assert frames == [said("in connect"), "a text", said("an event")]


async def test_a_message_without_database_goes_to_no_thread(socket, hops):
    await socket.send_json_to(say("hello"))
    await apublish(GROUP, Said("to all"))
    await send_event("test.repeat", text="event")
    texts = {(await socket.receive_json_from())["text"] for _ in range(3)}
    assert await socket.is_open()
    assert texts == {"hello", "to all", "event"}
    assert not hops


async def test_a_connection_that_a_handler_has_opened_is_closed_soon(connect, serve, bob, hops):
    class Librarian(Parrot):
        async def repeat(self, text):
            user = await User.objects.aget(username=text)
            await self.send_message(Said(f"{user.pk} {await is_connected()}"))

    socket = await connect(serve(Librarian))
    before = len(hops)
    await socket.send_json_to(say("bob"))
    assert await socket.receive_json_from() == said(f"{bob.pk} True")
    # The query, is_connected(), and the closing.
    await until(lambda: len(hops) == before + 3)
    assert not await is_connected()


@sync_to_async
def is_connected():
    return connection.connection is not None


# The end


class Diary(Parrot):
    """Notes how it ends."""

    ended: list[object]

    async def disconnect(self, code):
        self.ended.append((code, groups()))


@pytest.fixture
def diary(serve, monkeypatch):
    class MyDiary(Diary):
        ended = []  # noqa: RUF012

    return MyDiary, serve(MyDiary)


async def test_when_the_client_goes_the_consumer_hears_the_code_after_it_left(visit, diary):
    consumer, path = diary
    socket = await visit(path)
    assert groups() == {GROUP}
    await socket.disconnect(code=3000)
    assert consumer.ended == [(3000, set())]
    assert socket.output_queue.empty()


async def test_when_we_close_the_consumer_hears_our_code(visit, diary, settings):
    consumer, path = diary
    socket = await visit(path)
    await socket.send_to(text_data="x" * 100_000)
    await until(lambda: consumer.ended)
    assert consumer.ended == [(1009, set())]


async def test_when_nobody_is_let_in_the_consumer_hears_the_code(visit, diary, monkeypatch):
    consumer, path = diary
    consumer.sign_in = True
    assert await (await visit(path)).closed() == 4401
    await until(lambda: consumer.ended)
    assert consumer.ended == [(4401, set())]


async def test_a_socket_whose_task_the_server_cancels_is_closed_with_1012(visit, diary):
    consumer, path = diary
    socket = await visit(path)
    socket.future.cancel()
    assert await socket.closed() == 1012
    await until(lambda: consumer.ended)
    assert consumer.ended == [(1012, set())]


async def test_closed_sockets_leave_nothing_behind(connect, serve, alice):
    path = serve(ParrotOfUsers)
    sockets = [await connect(path, alice) for _ in range(3)]
    for socket in sockets:
        await socket.disconnect()
    hub = current_hub()
    await until(lambda: not groups())
    assert not hub.sockets._of
    await hub.close()
    assert not hub.subscriptions
    assert not hub._background
