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

from realtime import messages, outgoing
from realtime.hub import current_hub
from realtime.messages import TEXT, Message, NumberedMessage
from realtime.publish import apublish, publish
from tests.steps import LIMIT, own_loop, until

GROUP = "group"


class News(Message, tag="test.news"):
    text: str


class Numbered(NumberedMessage, tag="test.numbered"):
    pass


class Ear:
    """A member of a group that keeps what it hears."""

    def __init__(self):
        self.events = []

    def deliver(self, event):
        self.events.append(event)

    def catch_up(self):
        """There is nothing to read."""

    @property
    def texts(self):
        return [event["text"] for event in self.events]


class Layer(InMemoryChannelLayer):
    """A layer that can be away, and counts how often it was asked."""

    away, asked = False, 0

    async def group_send(self, group, message):
        self.asked += 1
        if self.away:
            raise ConnectionError("away")
        await super().group_send(group, message)


@pytest.fixture
def layer(empty_layer):
    channel_layers.backends["default"] = layer = Layer(capacity=1000)
    return layer


@pytest.fixture
async def ear(layer):
    """Somebody in the group."""
    ear = Ear()
    await current_hub().join(GROUP, ear)
    yield ear
    await current_hub().close()


@pytest.fixture
def impatient(monkeypatch, layer):
    """What the layer does not take is given up after some attempts: each is a second."""
    monkeypatch.setattr(outgoing, "time", Mock(monotonic=lambda: layer.asked))
    monkeypatch.setattr(outgoing, "RETRY", 0.001)


def text(news):
    return '{"type":"test.news","text":"' + news + '"}'


def publish_all(*news):
    for each in news:
        publish(GROUP, News(each))


async def test_a_message_waits_for_the_commit(async_db, ear):
    waiting, go = threading.Event(), threading.Event()

    @transaction.atomic
    def work():
        publish_all("later")
        waiting.set()
        go.wait(LIMIT)

    working = asyncio.create_task(sync_to_async(work)())
    await until(waiting.is_set, "published")
    await apublish(GROUP, News("now"))
    await until(lambda: ear.events, "heard")
    go.set()
    await working
    await until(lambda: ear.texts == [text("now"), text("later")], "all is heard")


async def test_a_rollback_takes_the_message_back(async_db, ear):
    def work():
        with transaction.atomic():
            publish_all("wrong")
            transaction.set_rollback(True)
        publish_all("right")

    await sync_to_async(work)()
    await until(lambda: ear.texts == [text("right")], "heard")


async def test_without_a_transaction_messages_go_out_at_once_and_in_order(async_db, ear):
    news = [str(number) for number in range(200)]
    await sync_to_async(publish_all)(*news)
    await until(lambda: len(ear.events) == len(news), "all is heard")
    assert ear.texts == [text(each) for each in news]


def test_a_process_without_sockets_publishes_from_a_thread_of_its_own(transactional_db, layer):
    async def subscribe():
        await layer.group_add(GROUP, "ear")

    with own_loop() as loop:
        loop.run(subscribe())
    with transaction.atomic():
        publish_all("hello")
    with own_loop() as loop:
        loop.run(until(lambda: "ear" in layer.channels, "heard"))
    assert layer.channels["ear"].get_nowait()[1] == {"type": TEXT, "text": text("hello")}


async def test_a_message_is_encoded_once_for_all_sockets(monkeypatch, ear):
    encode = Mock(wraps=messages.encode)
    monkeypatch.setattr(messages, "encode", encode)
    ears = [Ear() for _ in range(50)]
    for each in ears:
        await current_hub().join(GROUP, each)
    await apublish(GROUP, News("hello"))
    await until(lambda: all(each.events for each in ears), "everybody hears it")
    assert encode.call_count == 1


async def test_a_numbered_message_carries_its_number_outside_of_the_text_as_well(ear):
    await apublish(GROUP, Numbered(7))
    await until(lambda: ear.events, "heard")
    assert ear.events == [{"type": TEXT, "text": '{"type":"test.numbered","seq":7}', "seq": 7}]


async def test_a_layer_that_is_away_raises_nothing_is_logged_once_and_counts(
    async_db, ear, layer, impatient, caplog
):
    layer.away = True
    await sync_to_async(publish_all)(*"abc")
    await apublish(GROUP, News("d"))
    await until(lambda: current_hub().outgoing.lost == 4, "all are lost")
    assert layer.asked > 5  # it was tried again
    [record] = [each for each in caplog.records if each.name == "realtime.outgoing"]
    assert record.levelno == logging.ERROR
    layer.away = False
    await apublish(GROUP, News("e"))
    await until(lambda: ear.texts == [text("e")], "heard")
    assert "4 were lost" in caplog.text


async def test_what_is_published_in_a_short_outage_arrives_in_order(async_db, ear, layer, caplog):
    layer.away = True
    await sync_to_async(publish_all)(*"abc")
    await until(lambda: layer.asked, "it was tried")
    layer.away = False
    await until(lambda: ear.texts == [text(each) for each in "abc"], "all is heard")
    assert current_hub().outgoing.lost == 0


async def test_more_than_can_wait_is_lost_and_counted(monkeypatch, layer):
    monkeypatch.setattr(outgoing, "LIMIT", 10)
    layer.away = True
    sender = outgoing.Outgoing()
    for _ in range(15):
        sender.put(GROUP, {"type": "test.other"})
    assert sender.lost == 5
    sender._mailbox.close()


# Mistakes


async def test_a_name_that_no_layer_takes_is_refused_at_once(layer):
    with pytest.raises(ValueError, match="group_name"):
        await apublish("café", News("a"))
    with pytest.raises(ValueError, match="group_name"):
        await current_hub().join("a b", Ear())
    assert not layer.asked


async def test_publish_refuses_asynchronous_code():
    with pytest.raises(SynchronousOnlyOperation, match="apublish"):
        publish(GROUP, News("a"))


# The caller's context, in which asgiref keeps the thread that the database is used in


async def test_what_publishing_begins_has_not_the_publishers_context(async_db, ear, layer):
    threads: ContextVar[str] = ContextVar("threads", default="everybody's")
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
    await until(lambda: ear.events, "heard")
    assert seen == ["everybody's"]
