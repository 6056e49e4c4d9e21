"""What a consumer declares is found in every form, and wrong declarations are refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.consumers import MessageConsumer
from channels_realtime.contract.declarations import accepted_types, all_types, sent_types
from channels_realtime.messages import (
    Ack,
    AcknowledgedMessage,
    Error,
    Message,
    NumberedMessage,
    Ping,
    Pong,
)
from people.consumers import EchoConsumer, Said, Say, TypedEchoConsumer


class Write(AcknowledgedMessage, tag="write"):
    """A message that is answered."""


class Alias:
    """What `type Alias = Say | Said` makes in Python 3.12."""

    __value__ = Say | Said


@pytest.mark.parametrize(
    "sends", [Say | Said, (Say, Said), ((Say,), Said), Alias(), (Say, Alias())]
)
def test_declared_types_are_found_in_every_form(sends):
    consumer = type("Consumer", (MessageConsumer,), {"sends": sends})
    assert list(dict.fromkeys(sent_types(consumer))) == [Say, Said, Error, Pong]


@pytest.mark.parametrize("nothing", [None, ()])
def test_a_consumer_without_messages_answers_pings(nothing):
    consumer = type("Consumer", (MessageConsumer,), {"accepts": None, "sends": nothing})
    assert (accepted_types(consumer), sent_types(consumer)) == ([Ping], [Error, Pong])


def test_a_consumer_of_channels_declares_nothing():
    for consumer in (EchoConsumer, None):
        assert (accepted_types(consumer), sent_types(consumer)) == ([], [])


def test_an_ack_is_sent_if_a_message_is_acknowledged():
    consumer = type("Consumer", (MessageConsumer,), {"accepts": Write | Say})
    assert sent_types(consumer) == [Ack, Error, Pong]
    assert Ack not in sent_types(TypedEchoConsumer)


def test_each_type_of_several_consumers_is_named_once():
    assert all_types([TypedEchoConsumer, EchoConsumer, TypedEchoConsumer]) == [
        *(Say, Ping, Said, Error, Pong)
    ]


@pytest.mark.parametrize("sends", [Message, NumberedMessage, AcknowledgedMessage, Say | int])
def test_a_type_without_a_tag_is_refused(sends):
    consumer = type("Chat", (MessageConsumer,), {"sends": sends})
    with pytest.raises(ImproperlyConfigured, match=r"Chat\.sends contains <class .*have a tag"):
        sent_types(consumer)
