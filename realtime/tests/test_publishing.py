"""Publishing: after the commit, encoded once, and without an error when the layer is away."""

import asyncio
import logging
import threading
from contextvars import ContextVar
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from django.core.exceptions import SynchronousOnlyOperation
from django.db import transaction

from channels_realtime import messages
from channels_realtime.hub import sender as sender_module
from channels_realtime.hub.hub import current_hub
from channels_realtime.hub.sender import RetryingSender
from channels_realtime.messages import TEXT_EVENT, Message, NumberedMessage
from channels_realtime.publishing import apublish, publish
from channels_realtime.testing.waiting import LIMIT, wait_until
from support.async_helpers import new_runner

GROUP = "group"


class News(Message, tag="test.news"):
    text: str


class Numbered(NumberedMessage, tag="test.numbered"):
    pass


class Member:
    """A member of a group that records events."""

    def __init__(self):
        self.events = []

    def deliver(self, event):
        self.events.append(event)

    def catch_up(self):
        """Do nothing: nothing is stored."""

    @property
    def texts(self):
        return [event["text"] for event in self.events]


class Layer(InMemoryChannelLayer):
    """A layer that can be away, and counts the attempts to send."""

    away, attempts = False, 0

    async def group_send(self, group, message):
        self.attempts += 1
        if self.away:
            raise ConnectionError("away")
        await super().group_send(group, message)


@pytest.fixture
def layer(empty_channel_layer):
    channel_layers.backends["default"] = layer = Layer(capacity=1000)
    return layer


@pytest.fixture
async def member(layer):
    """A member of the group."""
    member = Member()
    await current_hub().join(GROUP, member)
    yield member
    await current_hub().close()


@pytest.fixture
def few_attempts(monkeypatch, layer):
    """Give an event up after some attempts: each counts as a second."""
    monkeypatch.setattr(sender_module, "time", Mock(monotonic=lambda: layer.attempts))
    monkeypatch.setattr(sender_module, "RETRY_DELAY", 0.001)


def text(news):
    return '{"type":"test.news","text":"' + news + '"}'


def publish_all(*news):
    for each in news:
        publish(GROUP, News(each))


async def test_publish_waits_for_the_commit(async_db, member):
    waiting, go = threading.Event(), threading.Event()

    @transaction.atomic
    def work():
        publish_all("later")
        waiting.set()
        go.wait(LIMIT)

    working = asyncio.create_task(sync_to_async(work)())
    await wait_until(waiting.is_set, "published")
    await apublish(GROUP, News("now"))
    await wait_until(lambda: member.events, "received")
    go.set()
    await working
    await wait_until(lambda: member.texts == [text("now"), text("later")], "all are received")


async def test_a_rollback_discards_the_message(async_db, member):
    def work():
        with transaction.atomic():
            publish_all("wrong")
            transaction.set_rollback(True)
        publish_all("right")

    await sync_to_async(work)()
    await wait_until(lambda: member.texts == [text("right")], "received")


async def test_without_a_transaction_messages_are_sent_at_once_and_in_order(async_db, member):
    news = [str(number) for number in range(200)]
    await sync_to_async(publish_all)(*news)
    await wait_until(lambda: len(member.events) == len(news), "all are received")
    assert member.texts == [text(each) for each in news]


def test_a_process_without_sockets_publishes_from_a_thread_of_its_own(transactional_db, layer):
    async def subscribe():
        await layer.group_add(GROUP, "member")

    with new_runner() as loop:
        loop.run(subscribe())
    with transaction.atomic():
        publish_all("hello")
    with new_runner() as loop:
        loop.run(wait_until(lambda: "member" in layer.channels, "received"))
    assert layer.channels["member"].get_nowait()[1] == {"type": TEXT_EVENT, "text": text("hello")}


async def test_a_message_is_encoded_once_for_all_sockets(monkeypatch, member):
    encode = Mock(wraps=messages.encode)
    monkeypatch.setattr(messages, "encode", encode)
    members = [Member() for _ in range(50)]
    for each in members:
        await current_hub().join(GROUP, each)
    await apublish(GROUP, News("hello"))
    await wait_until(lambda: all(each.events for each in members), "every member gets it")
    assert encode.call_count == 1


async def test_a_numbered_message_carries_its_number_beside_the_text(member):
    await apublish(GROUP, Numbered(7))
    await wait_until(lambda: member.events, "received")
    assert member.events == [
        {"type": TEXT_EVENT, "text": '{"type":"test.numbered","seq":7}', "seq": 7}
    ]


async def test_a_layer_that_is_away_is_logged_once_and_lost_messages_are_counted(
    async_db, member, layer, few_attempts, caplog
):
    layer.away = True
    await sync_to_async(publish_all)(*"abc")
    await apublish(GROUP, News("d"))
    await wait_until(lambda: current_hub().sender.lost == 4, "all are lost")
    assert layer.attempts > 5  # it was sent again
    [record] = [each for each in caplog.records if each.name == "channels_realtime.hub.sender"]
    assert record.levelno == logging.ERROR
    layer.away = False
    await apublish(GROUP, News("e"))
    await wait_until(lambda: member.texts == [text("e")], "received")
    assert "4 were lost" in caplog.text


async def test_messages_published_during_a_short_outage_arrive_in_order(
    async_db, member, layer, caplog
):
    layer.away = True
    await sync_to_async(publish_all)(*"abc")
    await wait_until(lambda: layer.attempts, "one attempt")
    layer.away = False
    await wait_until(lambda: member.texts == [text(each) for each in "abc"], "all are received")
    assert current_hub().sender.lost == 0


async def test_messages_above_the_queue_s_limit_are_lost_and_counted(monkeypatch, layer):
    monkeypatch.setattr(sender_module, "MAX_QUEUED_EVENTS", 10)
    layer.away = True
    sender = RetryingSender()
    for _ in range(15):
        sender.put(GROUP, {"type": "test.other"})
    assert sender.lost == 5
    sender._queue.close()
    sender._losses.close()


# Mistakes


async def test_an_invalid_group_name_raises_at_once(layer):
    with pytest.raises(ValueError, match="group_name"):
        await apublish("café", News("a"))
    with pytest.raises(ValueError, match="group_name"):
        await current_hub().join("a b", Member())
    assert not layer.attempts


async def test_publish_refuses_asynchronous_code():
    with pytest.raises(SynchronousOnlyOperation, match="apublish"):
        publish(GROUP, News("a"))


# The caller's context, in which asgiref keeps the thread of the database


async def test_sending_does_not_run_in_the_publisher_s_context(async_db, member, layer):
    threads: ContextVar[str] = ContextVar("threads", default="the default")
    seen = []
    send = layer.group_send

    async def group_send(group, message):
        seen.append(threads.get())
        await send(group, message)

    def publish_in_a_context():
        threads.set("the publisher's")
        publish(GROUP, News("a"))

    layer.group_send = group_send
    await sync_to_async(publish_in_a_context)()
    await wait_until(lambda: member.events, "received")
    assert seen == ["the default"]
