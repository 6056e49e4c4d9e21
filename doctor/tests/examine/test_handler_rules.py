"""What the rules for the kinds and the arguments of methods and calls report and ignore."""

import textwrap

import pytest
from support.changed_project import change, findings, write
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

SENDS = """
def announce():
    async_to_sync(get_channel_layer().group_send)("x", {"type": "chat.message", "text": "x"})
"""


def consumer(*methods, base="AsyncWebsocketConsumer"):
    """Return a consumer with methods, and code that sends a message of its type."""
    body = "\n\n".join(textwrap.indent(textwrap.dedent(each).strip(), "    ") for each in methods)
    return f"class Chat({base}):\n    groups = ['x']\n{body}\n{SENDS}"


def fixes(tmp_path, rule):
    return [each.fix for each in RULES[rule].check(Project(str(tmp_path)))]


@pytest.mark.parametrize(
    ("head", "count"),
    [
        ("async def connect(self):", 1),
        ("async def disconnect(self, code):", 1),
        ("async def receive(self, text_data=None, bytes_data=None):", 1),
        ("async def chat_message(self, event):", 1),
        ("async def other(self, event):", 0),
        ("@async_to_sync\nasync def connect(self):", 0),
        ("def connect(self):", 0),
    ],
)
def test_an_asynchronous_method_of_a_synchronous_consumer_is_reported(tmp_path, head, count):
    text = consumer(f"{head}\n    pass", "def helper(self):\n    pass", base="WebsocketConsumer")
    assert len(report(tmp_path, "method-kind", text)) == count


@pytest.mark.parametrize(
    ("method", "count"),
    [
        ("def connect(self):\n    async_to_sync(self.accept)()", 1),
        ("def receive(self, text_data=None, bytes_data=None):\n    self.text = text_data", 1),
        ("def chat_message(self, event):\n    return None", 1),
        ("def chat_message(self, event):\n    return self.send(event['text'])", 0),
        ("def other(self, event):\n    pass", 0),
        ("@database_sync_to_async\ndef chat_message(self, event):\n    pass", 0),
        ("def connect(self):\n    raise NotImplementedError", 0),
        ("async def connect(self):\n    await self.accept()", 0),
    ],
)
def test_a_plain_method_of_an_asynchronous_consumer_is_reported(tmp_path, method, count):
    assert len(report(tmp_path, "method-kind", consumer(method))) == count


def test_a_consumer_whose_methods_are_all_of_the_other_kind_is_reported_once(tmp_path):
    methods = [
        "async def connect(self):\n    await self.accept()",
        "async def receive(self, text_data=None):\n    await self.send(text_data)",
    ]
    text = consumer(*methods, base="JsonWebsocketConsumer")
    assert report(tmp_path, "method-kind", text) == ["error"]
    assert fixes(tmp_path, "method-kind") == [
        "-class Chat(JsonWebsocketConsumer):\n+class Chat(AsyncJsonWebsocketConsumer):"
    ]


@pytest.mark.parametrize(
    ("join", "count"),
    [
        ("groups = ['x']", 1),
        ("groups = ['y']", 0),
        ("other = 1", 0),
        ("def join(self, x):\n        self.channel_layer.group_add(x, self.channel_name)", 1),
        ("def join(self, x):\n        self.channel_layer.group_add(f'a_{x}', 'c')", 0),
    ],
)
def test_a_handler_gets_the_messages_of_the_groups_that_its_consumer_joins(tmp_path, join, count):
    text = consumer("def chat_message(self, event):\n    pass").replace("groups = ['x']", join)
    assert len(report(tmp_path, "method-kind", text)) == count


def test_a_base_class_of_the_project_tells_the_kind(tmp_path):
    text = "class Base(WebsocketConsumer):\n    pass\n\n\n" + consumer(
        "async def connect(self):\n    await self.accept()", base="Base"
    )
    assert report(tmp_path, "method-kind", text) == ["error"]


@pytest.mark.parametrize(("base", "count"), [("SyncConsumer", 1), ("AsyncConsumer", 0)])
def test_the_handlers_of_a_worker_are_known_by_the_sent_types(tmp_path, base, count):
    head = "from channels.consumer import AsyncConsumer, SyncConsumer\n"
    text = head + consumer("async def chat_message(self, event):\n    pass", base=base)
    assert len(report(tmp_path, "method-kind", text)) == count
    assert report(tmp_path / "again", "method-arguments", text) == []


def test_a_star_import_brings_the_consumers_of_channels(tmp_path):
    head = "from channels.generic.websocket import *\n"
    views = f"{head}class A(WebsocketConsumer):\n    async def connect(self):\n        pass\n"
    assert report(tmp_path, "method-kind", "", views=views) == ["error"]


def test_the_fix_of_a_method_changes_its_calls(tmp_path):
    report(
        tmp_path, "method-kind", consumer("def connect(self):\n    async_to_sync(self.accept)()")
    )
    [fix] = fixes(tmp_path, "method-kind")
    assert fix.splitlines() == [
        "-def connect(self):",
        "+async def connect(self):",
        "-async_to_sync(self.accept)()",
        "+await self.accept()",
    ]
    text = consumer(
        "def connect(self):\n    self.accept()",
        "async def chat_message(self, event):\n    await self.send(event['text'])\n"
        "    await self.channel_layer.send('x', event)",
        base="WebsocketConsumer",
    )
    report(tmp_path / "sync", "method-kind", text)
    [fix] = fixes(tmp_path / "sync", "method-kind")
    assert fix.splitlines() == [
        "-async def chat_message(self, event):",
        "+def chat_message(self, event):",
        "-await self.send(event['text'])",
        "+self.send(event['text'])",
        "-await self.channel_layer.send('x', event)",
        "+async_to_sync(self.channel_layer.send)('x', event)",
    ]


@pytest.mark.parametrize(
    ("head", "count"),
    [
        ("connect(self, message)", 1),
        ("connect()", 0),
        ("connect(self, **kwargs)", 0),
        ("disconnect(self)", 1),
        ("disconnect(self, code, reason)", 1),
        ("disconnect(self, code, reason=None)", 0),
        ("disconnect(self, *args)", 0),
        ("receive(self)", 1),
        ("receive(self, data)", 1),
        ("receive(self, text_data, bytes_data)", 1),
        ("receive(self, text_data, **kwargs)", 0),
        ("receive(self, text_data)", 0),
        ("receive(self, bytes_data)", 0),
        ("receive(self, *, text_data=None)", 0),
        ("receive(self, **kwargs)", 0),
        ("websocket_connect(self)", 1),
        ("websocket_connect(self, message)", 0),
        ("chat_message(self)", 1),
        ("chat_message(self, type, text)", 1),
        ("chat_message(self, *, event)", 1),
        ("chat_message(self, event, more=None)", 0),
        ("chat_message(*args)", 0),
        ("other(self)", 0),
    ],
)
def test_a_method_that_no_call_of_channels_fits_is_reported(tmp_path, head, count):
    text = consumer(f"async def {head}:\n    print()")
    assert len(report(tmp_path, "method-arguments", text)) == count


@pytest.mark.parametrize(("body", "count"), [("print(content)", 1), ("pass", 0), ("'None.'", 0)])
def test_a_receive_that_does_nothing_expects_no_message(tmp_path, body, count):
    text = consumer(f"async def receive(self, content):\n    {body}")
    assert len(report(tmp_path, "method-arguments", text)) == count


@pytest.mark.parametrize(
    ("base", "head", "count"),
    [
        ("AsyncJsonWebsocketConsumer", "receive_json(self, action, data, content)", 1),
        ("AsyncWebsocketConsumer", "receive_json(self, content)", 1),
        ("AsyncWebsocketConsumer", "disconnect(self)", 1),
        ("AsyncHttpConsumer", "disconnect(self)", 0),
    ],
)
def test_a_base_class_decides_which_methods_channels_calls(tmp_path, base, head, count):
    text = (
        "from channels.consumer import AsyncConsumer\n"
        "from channels.generic.http import AsyncHttpConsumer\n"
        f"class Other(AsyncConsumer):\n    pass\nclass Chat({base}, Other):\n"
        f"    async def {head}:\n        pass\n"
    )
    assert len(report(tmp_path, "method-arguments", text)) == count


def test_a_method_that_the_consumer_calls_itself_is_no_handler(tmp_path):
    text = consumer("async def chat_message(self):\n    await self.chat_message()")
    assert report(tmp_path, "method-arguments", text) == []


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("self.channel_layer.group_add('x')", 1),
        ("self.channel_layer.group_add(self.channel_name, 'x')", 1),
        ("self.channel_layer.group_discard('x')", 1),
        ("self.channel_layer.group_send({'type': 'chat.message'})", 1),
        ("self.channel_layer.group_send('x', 'chat.message', {})", 1),
        ("self.channel_layer.group_send('x', type='chat.message', text='x')", 1),
        ("self.channel_layer.send({'type': 'chat.message'})", 1),
        ("self.channel_layer.group_add('x', self.channel_name)", 0),
        ("self.channel_layer.group_add(group='x', channel=self.channel_name)", 0),
        ("self.channel_layer.group_send(*arguments)", 0),
        ("self.channel_layer.group_send('x', **arguments)", 0),
        ("hub.group_send('x')", 0),
        ("self.send(message='x')", 1),
        ("self.send('x', b'x', False, 1)", 1),
        ("self.send_json()", 1),
        ("self.send('x')", 0),
        ("self.send(bytes_data=b'x', close=True)", 0),
        ("self.accept('v1', [])", 0),
        ("self.accept(protocol='v1')", 1),
        ("self.close(4000, reason='x')", 0),
        ("self.close(status=4000)", 1),
    ],
)
def test_a_call_that_does_not_fit_is_reported(tmp_path, call, count):
    text = consumer(
        f"async def connect(self):\n    await {call}", base="AsyncJsonWebsocketConsumer"
    )
    assert len(report(tmp_path, "call-arguments", text)) == count


@pytest.mark.parametrize(
    ("line", "count"), [("self.channel_name = name", 0), ("self.name = self.channel_name", 1)]
)
def test_an_attribute_that_a_class_sets_may_be_named_like_the_channel(tmp_path, line, count):
    text = (
        f"\n\nclass Notice:\n    def __init__(self, name):\n        {line}\n\n"
        "    def send(self):\n        send = async_to_sync(get_channel_layer().group_send)\n"
        '        send(self.channel_name, {"type": "chat.message"})\n'
    )
    assert len(report(tmp_path, "call-arguments", text)) == count


def test_a_method_that_the_project_replaces_has_its_own_arguments(tmp_path):
    text = consumer(
        "async def send(self, kind, **data):\n    pass",
        "async def connect(self):\n    await self.send('x', room=1)",
    )
    assert report(tmp_path, "call-arguments", text) == []


LOOP = "while True:\n        await self.send('x')\n        await asyncio.sleep(1)"
TRY_LOOP = "while True:\n        try:\n            {}\n        except {}:\n            break"


@pytest.mark.parametrize(
    ("loop", "count"),
    [
        (LOOP, 1),
        ("while 1:\n        await self.send('x')", 1),
        ("while not await asyncio.sleep(1):\n        await self.send('x')", 1),
        ("while await asyncio.sleep(1):\n        await self.send('x')", 0),
        ("while self.is_open:\n        await asyncio.sleep(1)", 1),
        ("while not self.closed:\n        await asyncio.sleep(1)", 1),
        ("while await self.may_go_on():\n        await asyncio.sleep(1)", 1),
        ("async for each in self.client.listen():\n        await self.send(each)", 1),
        (TRY_LOOP.format("await asyncio.sleep(1)", "Exception"), 1),
        ("while True:\n        for each in y:\n            break", 1),
        ("await self.loop()", 1),
        ("await asyncio.gather(self.may_go_on(), self.loop())", 1),
        ("await asyncio.create_task(self.loop())", 1),
        ("async with asyncio.TaskGroup() as tasks:\n        tasks.create_task(self.loop())", 1),
        ("self.task = asyncio.create_task(self.loop())", 0),
        ("self.tasks = asyncio.gather(self.loop())", 0),
        ("await asyncio.wait_for(self.loop(), 5)", 0),
        ("async with self.lock as tasks:\n        tasks.create_task(self.loop())", 0),
        ("while True:\n        if await self.step():\n            break", 0),
        ("while True:\n        if await self.step():\n            return", 0),
        (TRY_LOOP.format("self.step()", "IndexError"), 0),
        ("while self.rest:\n        self.rest -= 1\n        await asyncio.sleep(1)", 0),
        ("while self.ready:\n        await asyncio.sleep(1)", 0),
        ("while self.is_open:\n        await self.step()", 0),
        ("while text_data:\n        text_data = text_data[1:]", 0),
        ("async for each in Room.objects.all():\n        await self.send(each.name)", 0),
        ("for each in range(3):\n        await self.send('x')", 0),
    ],
)
def test_a_loop_that_nothing_ends_is_reported(tmp_path, loop, count):
    text = consumer(
        f"async def receive(self, text_data=None):\n    self.is_open = True\n    {loop}",
        f"async def loop(self):\n    {LOOP}",
        "async def disconnect(self, code):\n    self.is_open = False\n    self.closed = True",
        "def set_ready(self):\n    self.ready = False",
        "async def may_go_on(self):\n    return True",
    )
    assert len(report(tmp_path, "endless-loop", text)) == count


@pytest.mark.parametrize(("sent", "count"), [("chat.tick", 1), ("chat.other", 0)])
def test_a_loop_counts_in_a_handler_whose_type_a_message_has(tmp_path, sent, count):
    text = consumer(f"async def chat_tick(self, event):\n    {LOOP}")
    sender = f'MESSAGE = {{"type": "{sent}"}}\n'
    assert len(report(tmp_path, "endless-loop", text, sender=sender)) == count


@pytest.mark.parametrize(
    ("base", "kind", "value", "count"),
    [
        ("AsyncJsonWebsocketConsumer", "def", "json.dumps(content)", 1),
        ("AsyncJsonWebsocketConsumer", "async def", "json.dumps(content)", 0),
        ("AsyncJsonWebsocketConsumer", "def", "encode(content)", 0),
        ("JsonWebsocketConsumer", "def", "json.dumps(content)", 0),
        ("JsonWebsocketConsumer", "async def", "json.dumps(content)", 1),
        ("AsyncWebsocketConsumer", "def", "json.dumps(content)", 0),
    ],
)
def test_an_encoder_is_of_the_kind_of_its_consumer(tmp_path, base, kind, value, count):
    head = f"class Chat({base}):\n    @classmethod\n"
    text = f"{head}    {kind} encode_json(cls, content):\n        return {value}\n"
    assert len(report(tmp_path, "method-kind", text)) == count


@pytest.mark.parametrize(
    ("parameters", "call", "count"),
    [
        ("self, event", "self.close(code=4000)", 1),
        ("self, event", "self.close()", 1),
        ("self, event", "self.close(4000)", 0),
        ("self, event", "super().close(code=4000)", 0),
        ("self, code=None", "self.close(code=4000)", 0),
        ("self, event, code=None", "self.close({})", 0),
    ],
)
def test_a_handler_that_replaces_a_method_of_channels_is_reported(
    tmp_path, parameters, call, count
):
    head = "class Chat(AsyncWebsocketConsumer):\n    async def receive(self, text_data):\n"
    text = f"{head}        await {call}\n\n    async def close({parameters}):\n        pass\n"
    assert len(report(tmp_path, "call-arguments", text)) == count


MEMBERS = """
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer


def lot_group(lot):
    return f"lot_{lot}"


def kind_group(kind, lot):
    return f"{kind}_{lot}"


def lot_or_hall(lot):
    return f"lot_{lot}" if lot else "hall"


class Room(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = ROOM
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def lot_bid(self, event):
        await self.send("bid")

    async def lot_closed(self, event):
        await self.send("closed")


class Screen(AsyncWebsocketConsumer):
    group = None

    async def connect(self):
        self.group = SCREEN
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def lot_bid(self, event):
        await self.send("bid")


def tell(lot):
    async_to_sync(get_channel_layer().group_send)(SENT, {"type": "lot.closed"})
"""
MEMBER_ROUTES = """
from chat.consumers import ChatConsumer, NotFoundConsumer
from chat.members import Room, Screen, tell
from django.urls import path, re_path

tell(1)
websocket_urlpatterns = [
    path("ws/chat/", ChatConsumer.as_asgi()),
    path("ws/room/<lot>/", Room.as_asgi()),
    path("ws/screen/<lot>/", Screen.as_asgi()),
    re_path(r"", NotFoundConsumer.as_asgi()),
]
"""
KEY = 'self.scope["url_route"]["kwargs"]["lot"]'
ALL = ["lot_group(KEY)", "lot_group(KEY)", "lot_group(lot)"]


def members(project, room, screen, sent, routes=MEMBER_ROUTES):
    """Write two consumers that join groups, and a function that sends to one."""
    names = {"ROOM": room, "SCREEN": screen, "SENT": sent, "KEY": KEY}
    text = MEMBERS
    for name, value in names.items():
        text = text.replace(name, value)
    write(project, chat__members_dot_py=text, config__routing_dot_py=routes)


@pytest.mark.parametrize(
    ("room", "screen", "sent", "count"),
    [
        (*ALL, 1),
        ('"lots"', '"lots"', '"lots"', 1),
        ('"lots"', '"screens"', '"lots"', 0),
        ('f"lot_{KEY}"', 'f"lot_{KEY}"', 'f"lot_{lot}"', 0),  # of different functions
        (*ALL[:2], 'lot_group("hall")', 0),  # a name of another kind
        ('kind_group("lot", KEY)', 'kind_group("hall", KEY)', 'kind_group("lot", lot)', 0),
        *[(*["lot_or_hall(KEY)"] * 2, "lot_or_hall(lot)", 0)],
        ("lot_group(KEY)", "load(KEY)", "lot_group(lot)", 0),
        (*ALL[:2], '"other"', 0),
    ],
)
def test_each_consumer_in_a_group_handles_what_is_sent_to_it(project, room, screen, sent, count):
    members(project, room, screen, sent)
    found = findings(project, "handler-missing")
    assert ["`Screen`" in each["message"] for each in found] == [True] * count
    assert all(each["fix"] == "async def lot_closed(self, event): …" for each in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('path("ws/screen/<lot>/", Screen.as_asgi()),', ""),
        ("tell(1)", ""),
    ],
)
def test_a_consumer_without_a_route_gets_nothing_and_unreached_code_sends_nothing(
    project, old, new
):
    members(project, *ALL, routes=MEMBER_ROUTES.replace(old, new).replace("tell", "Room"))
    assert findings(project, "handler-missing") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    group = None\n", "    lot_closed = AsyncWebsocketConsumer.send\n"),
        ("class Screen(AsyncWebsocketConsumer)", "class Screen(Other)"),
        ("class Screen(AsyncWebsocketConsumer)", "class Screen(Room)"),
        ("    group = None\n", "    async def dispatch(self, message): pass\n"),
    ],
)
def test_a_consumer_that_may_handle_each_message_is_ignored(project, old, new):
    members(project, *ALL)
    change(project, "chat/members.py", old, new)
    assert findings(project, "handler-missing") == []


def test_a_consumer_that_adds_another_channel_does_not_join_itself(project):
    members(project, *ALL)
    path = project / "chat/members.py"
    room, screen = path.read_text().split("class Screen")
    screen = screen.replace("self.channel_name", "self.other", 1)
    path.write_text(f"{room}class Screen{screen}")
    assert findings(project, "handler-missing") == []
