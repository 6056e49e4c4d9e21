"""Messages with an id: each is answered by an ack or an error that repeats the id."""

import asyncio
from uuid import uuid4

import pytest

from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import AcknowledgedMessage, Message


class Store(AcknowledgedMessage, tag="test.store"):
    text: str


class Forget(Message, tag="test.forget"):
    text: str


class StoreConsumer(MessageConsumer):
    """Store texts; raise for the text "!"."""

    accepts = Store | Forget
    login_required = False
    handled = asyncio.Event()

    async def receive_message(self, message):
        await self.handled.wait()
        if message.text == "!":
            raise RuntimeError("a secret")


@pytest.fixture
async def socket(open_socket, add_route, monkeypatch):
    monkeypatch.setattr(StoreConsumer, "handled", asyncio.Event())
    StoreConsumer.handled.set()
    return await open_socket(add_route(StoreConsumer))


def store(text, **fields):
    return {"type": "test.store", "text": text, **fields}


async def test_a_message_with_an_id_is_acknowledged_when_it_was_handled(socket):
    ids = [str(uuid4()), str(uuid4())]
    StoreConsumer.handled.clear()
    for each in ids:
        await socket.send_json_to(store("hello", id=each))
    assert await socket.receive_nothing()
    StoreConsumer.handled.set()
    for each in ids:
        assert await socket.receive_json_from() == {"type": "ack", "id": each}


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"text": "!"}, "internal"), ({"text": 1}, "bad_message"), ({"type": "x"}, "unknown_type")],
)
async def test_an_error_repeats_the_id_of_its_message(socket, fields, code):
    message = {**store("hello", id=str(uuid4())), **fields}
    await socket.send_json_to(message)
    error = await socket.receive_json_from()
    assert (error["type"], error["code"], error["id"]) == ("error", code, message["id"])


async def test_a_message_that_came_too_fast_is_answered_with_its_id(socket, settings):
    ids = [str(uuid4()) for _ in range(25)]
    for each in ids:
        await socket.send_json_to(store("hello", id=each))
    answers = [await socket.receive_json_from() for _ in ids]
    assert {each["id"] for each in answers} == set(ids)
    assert {each.get("code") for each in answers} == {None, "too_fast"}


@pytest.mark.parametrize("message", [store("hello"), {"type": "test.forget", "text": "hello"}])
async def test_a_message_without_an_id_is_not_acknowledged(socket, message):
    await socket.send_json_to(message)
    assert await socket.receive_nothing()


@pytest.mark.parametrize("value", ["x", 1, [], "\0"])
async def test_an_id_that_is_no_uuid_is_an_error_without_an_id(socket, value):
    await socket.send_json_to(store("hello", id=value))
    error = await socket.receive_json_from()
    assert (error["code"], "id" in error) == ("bad_message", False)
