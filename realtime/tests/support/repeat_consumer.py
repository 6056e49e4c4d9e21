"""A consumer for tests: it returns the text of each message and event."""

from channels.layers import get_channel_layer

from channels_realtime.auth.registry import RECHECK_GROUP
from channels_realtime.consumers import MessageConsumer
from channels_realtime.hub.hub import current_hub
from channels_realtime.hub.losses import ALL_STREAMS_GROUP
from channels_realtime.hub.probe import PROBE_GROUP
from channels_realtime.layers import group_name
from channels_realtime.messages import Message

GROUP = group_name("test", "café")


class Say(Message, tag="test.say"):
    text: str


class Said(Message, tag="test.said"):
    text: str


class Whisper(Message, tag="test.whisper"):
    text: str


class RepeatConsumer(MessageConsumer):
    """Return the text of a message or an event; raise for the text "!"."""

    accepts = Say
    sends = Said
    login_required = False

    def get_groups(self):
        return [GROUP]

    async def receive_message(self, message):
        await self.repeat(message.text)

    async def test_repeat(self, event):
        await self.repeat(event["text"])

    async def repeat(self, text):
        if text == "!":
            raise RuntimeError("a secret")
        await self.send_message(Said(text))


class UserRepeatConsumer(RepeatConsumer):
    login_required = True


def say(text):
    return {"type": "test.say", "text": text}


def said(text):
    return {"type": "test.said", "text": text}


def groups():
    """Return the groups to which the process is subscribed, except the library's own."""
    return set(current_hub().subscriptions) - {ALL_STREAMS_GROUP, PROBE_GROUP, RECHECK_GROUP}


async def send_event(kind, **values):
    await get_channel_layer().group_send(GROUP, {"type": kind, **values})
