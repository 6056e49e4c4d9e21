"""Methods that look like handlers and are none, and decorators that drop what Channels passes."""

import pytest
from support.chat_project import report

SEND = """

def announce():
    async_to_sync(get_channel_layer().group_send)("x", {"type": "chat.message", "text": "x"})
"""


def consumer(body, base="AsyncWebsocketConsumer"):
    return f"class Chat({base}):\n    groups = ['x']\n{body}\n{SEND}"


RECEIVE_JSON = "    async def receive_json(self, content):\n        await self.send('x')\n"


@pytest.mark.parametrize(
    ("more", "base", "count"),
    [
        ("", "AsyncWebsocketConsumer", 1),
        ("", "AsyncJsonWebsocketConsumer", 0),
        (
            (
                "    async def receive(self, text_data=None, bytes_data=None):\n"
                "        await self.receive_json(json.loads(text_data))\n"
            ),
            "AsyncWebsocketConsumer",
            0,
        ),
        (
            "    async def receive(self, text_data=None, bytes_data=None):\n        pass\n",
            "AsyncWebsocketConsumer",
            0,
        ),
        (
            "\n\nclass Other(Chat, AsyncJsonWebsocketConsumer):\n    pass\n",
            "AsyncWebsocketConsumer",
            0,
        ),
        ("", "AsyncWebsocketConsumer, Unknown", 0),
    ],
)
def test_receive_json_of_a_consumer_without_json_is_reported(tmp_path, more, base, count):
    text = consumer(RECEIVE_JSON + more, base)
    assert len(report(tmp_path, "method-arguments", text)) == count


DECORATED = """
    @counted{call}
    async def chat_message(self, event):
        await self.send(event["text"])

    @counted{call}
    async def chat_other(self, event):
        await self.send("x")
"""
DECORATOR = """
from functools import wraps


def counted(handler):
    @wraps(handler)
    async def wrapper({parameters}):
        return await handler(self)

    return wrapper


"""
FACTORY = """
def counted(limit):
    def decorate(handler):
        async def wrapper({parameters}):
            return await handler(self)

        return wrapper

    return decorate


"""


@pytest.mark.parametrize(
    ("decorator", "call", "parameters", "count"),
    [
        (DECORATOR, "", "self", 1),
        (DECORATOR, "", "self, event, more", 1),
        (FACTORY, "(3)", "self", 1),
        (DECORATOR, "", "self, event", 0),
        (DECORATOR, "", "self, *args, **kwargs", 0),
        (FACTORY, "(3)", "self, *args", 0),
        (FACTORY, "", "self, event", 1),
        ("from elsewhere import counted\n\n\n", "", "self", 0),
    ],
)
def test_a_decorator_that_does_not_take_the_event_is_reported_once(
    tmp_path, decorator, call, parameters, count
):
    sends = SEND.replace("announce", "tell").replace("chat.message", "chat.other")
    text = consumer(DECORATED.format(call=call)) + sends
    text = decorator.format(parameters=parameters) + text
    assert len(report(tmp_path, "method-arguments", text)) == count
