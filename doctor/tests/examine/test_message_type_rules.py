"""The types of messages that the linter follows through names, calls and f-strings."""

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

GROUP = "await self.channel_layer.group_send"
GROUPS = "\n    groups = ['x']\n"
MEMBERS = (
    GROUPS
    + """
    async def tell(self, kind):
        await self.channel_layer.group_send("x", {"type": f"chat.{kind}"})
    async def tell_known(self, kind):
        if kind in ("message",):
            await self.channel_layer.group_send("x", {"type": f"chat.{kind}"})
    async def tell_own(self):
        await self.channel_layer.group_send("x", {"type": self.KIND})
    async def chat_message(self, event): pass


KNOWN, UNKNOWN = "chat.message", "chat.lost"
RIGHT = "chat.message"
WRONG = "chat.lost"
CHANGED = "chat.lost"
CHANGED = "chat.message"


class Kinds:
    RIGHT = "chat.message"
    WRONG = "chat.lost"
"""
)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"{GROUP}('x', {{'type': WRONG}})", 1),
        (f"{GROUP}('x', {{'type': RIGHT}})", 0),
        (f"{GROUP}('x', {{'type': CHANGED}})", 0),
        (f"{GROUP}('x', {{'type': Kinds.WRONG}})", 1),
        (f"{GROUP}('x', {{'type': Kinds.RIGHT}})", 0),
        (f"kind = 'chat.lost'\n{GROUP}('x', {{'type': kind}})", 1),
        (f"{GROUP}('x', {{'type': 'chat.lost' if text_data else RIGHT}})", 1),
        ("await self.tell('lost')", 1),
        ("await self.tell('lost')\nawait self.tell('lost')", 1),
        ("await self.tell(kind='lost')", 1),
        ("await self.tell('message')", 0),
        ("await self.tell(text_data)", 0),
        ("await self.tell_known('lost')", 0),
        (f"{GROUP}('x', dict(type='chat.lost'))", 1),
        (f"{GROUP}('x', dict(type='chat.message', text=text_data))", 0),
        (f"event = dict(kind='chat.message')\n{GROUP}('x', event)", 1),
        (f"{GROUP}('x', dict(other))", 0),
        (f"{GROUP}('x', dict(**other))", 0),
    ],
)
def test_a_type_is_followed_to_where_the_code_writes_it(tmp_path, body, count):
    assert len(report(tmp_path, "handler-missing", method(body) + MEMBERS)) == count


MAKERS = """
    def typed(self):
        return {"type": "chat.message"}
    @staticmethod
    def bare(text):
        return {"text": text}
    def mixed(self):
        if self.x:
            return {"type": "chat.message"}
        return {"text": ""}
    def merged(self):
        return {**self.typed()}
    async def awaited(self):
        return {"text": ""}
"""


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"{GROUP}('x', self.bare(text_data))", 1),
        (f"event = self.bare(text_data)\n{GROUP}('x', event)", 1),
        (f"{GROUP}('x', await self.awaited())", 1),
        (f"event = self.bare(text_data)\nevent['type'] = RIGHT\n{GROUP}('x', event)", 0),
        (f"{GROUP}('x', self.typed())", 0),
        (f"{GROUP}('x', self.mixed())", 0),
        (f"{GROUP}('x', self.merged())", 0),
    ],
)
def test_a_message_that_a_function_makes_without_a_type_is_reported(tmp_path, body, count):
    text = method(body) + MAKERS + MEMBERS
    assert len(report(tmp_path, "handler-missing", text)) == count


def test_a_class_may_have_another_type_than_its_base_class(tmp_path):
    text = method("pass") + "\n    KIND = 'chat.lost'" + MEMBERS
    assert report(tmp_path, "handler-missing", text) == []


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        (f"{GROUP}('x', dict(text=1))", 'type="chat.message",'),
        (f"{GROUP}('x', {{'text': 1}})", '"type": "chat.message",'),
        (f"{GROUP}('x', {{'type': NEAR}})", 'Let `NEAR` give the type "chat_message".'),
    ],
)
def test_the_fix_of_a_type_fits_the_code_that_gives_it(tmp_path, body, fix):
    report(tmp_path, "handler-missing", method(body) + MEMBERS + "\nNEAR = 'chat.mesage'\n")
    [finding] = RULES["handler-missing"].check(Project(str(tmp_path)))
    assert finding.fix == fix


CONSUMER = """
FEED = "feed"


def room_group(pk):
    return f"room_{pk}"


class Chat(AsyncWebsocketConsumer):
    groups = [FEED]

    async def connect(self):
        await self.channel_layer.group_add(room_group(self.pk), self.channel_name)

    async def chat_message(self, event):
        pass
"""
SEND = """
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from chat.consumers import FEED, room_group


def announce(pk):
    async_to_sync(get_channel_layer().send)({channel}, {{"type": "chat.message"}})
"""
ROUTER = """
from channels.routing import ChannelNameRouter

workers = ChannelNameRouter({"feed": None})
"""


@pytest.mark.parametrize(
    ("channel", "more", "count"),
    [
        ("FEED", "", 1),
        ("'feed'", "", 1),
        ("room_group(pk)", "", 1),
        ("'other'", "", 0),
        ("pk", "", 0),
        ("FEED", ROUTER, 0),
    ],
)
def test_a_message_for_one_channel_does_not_get_the_name_of_a_group(tmp_path, channel, more, count):
    files = {"views": SEND.format(channel=channel), "workers": more}
    assert len(report(tmp_path, "call-arguments", CONSUMER, **files)) == count


@pytest.mark.parametrize(("owner", "count"), [("consumer", 0), ("self", 1)])
def test_a_handler_may_be_set_on_the_consumer_by_a_helper(tmp_path, owner, count):
    helper = (
        "class Map:\n    def __init__(self, consumer):\n"
        f"        {owner}.chat_lost = self.tell\n    def tell(self, event): pass\n"
    )
    body = f"{GROUP}('x', {{'type': 'chat.lost'}})"
    files = {"chat/map.py": helper}.items()
    assert len(report(tmp_path, "handler-missing", method(body) + GROUPS, files)) == count


def test_a_type_is_not_changed_to_that_of_a_method_with_an_underscore(tmp_path):
    handler = "    async def _chat_new(self, event): pass\n"
    body = f'{GROUP}("x", {{"type": "chat.news"}})'
    report(tmp_path, "handler-missing", method(body) + GROUPS + handler)
    [finding] = RULES["handler-missing"].check(Project(str(tmp_path)))
    assert finding.fix == "async def chat_news(self, event): …"


@pytest.mark.parametrize(
    ("workers", "count"),
    [("", 0), ("{'mail': Chat.as_asgi()}", 0), ("{'work': Chat.as_asgi()}", 1), ("WORKERS", 1)],
)
def test_a_message_to_a_channel_without_a_worker_reaches_nobody(tmp_path, workers, count):
    text = method("await self.channel_layer.send('work', {'type': 'lost'})")
    if workers:
        text += f"\nfrom channels.routing import ChannelNameRouter\nChannelNameRouter({workers})\n"
    assert len(report(tmp_path, "handler-missing", text)) == count
