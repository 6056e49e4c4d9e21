"""Attributes of consumers that are replaced, and tasks that outlive their consumer."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

NAMES = "FEED = 'feed'\nFEEDS = ['feed']\n"


@pytest.mark.parametrize(
    ("groups", "count"),
    [
        ("groups = 'chat'", 1),
        ("groups = ('chat')", 1),
        ("groups = (FEED)", 1),
        ("groups: str = FEED", 1),
        ("groups = ['chat']", 0),
        ("groups = 'chat',", 0),
        ("groups = FEEDS", 0),
        ("groups = ''", 0),
        ("group = 'chat'", 0),
    ],
)
def test_groups_that_is_a_text_is_reported(tmp_path, groups, count):
    text = f"{NAMES}class Chat(AsyncWebsocketConsumer):\n    {groups}\n"
    assert len(report(tmp_path, "groups-attribute", text)) == count


def test_the_fix_of_groups_is_a_list(tmp_path):
    text = f"{NAMES}class Chat(AsyncWebsocketConsumer):\n    groups = (FEED)\n"
    report(tmp_path, "groups-attribute", text)
    [finding] = RULES["groups-attribute"].check(Project(str(tmp_path)))
    assert finding.fix == "-groups = (FEED)\n+groups = [FEED]"


SENDS = "\nasync def tell(layer):\n    await get_channel_layer().group_send('a', {'type': 'x'})\n"
ADD = "await self.channel_layer.group_add(each, self.channel_name)"
ALL = f"for each in self.groups:\n            {ADD}"


@pytest.mark.parametrize(
    ("body", "more", "count"),
    [
        ("self.groups = ['a', self.team]", SENDS, 1),
        ("self.groups = 'a',", SENDS, 1),
        (f"self.groups = ['a']\n        {ALL}", SENDS, 0),
        ("self.groups = ['a']", "", 0),
        ("self.groups = self.find()", SENDS, 0),
        ("self.teams = ['a']", SENDS, 0),
    ],
)
def test_groups_are_set_before_connect(tmp_path, body, more, count):
    text = f"class Chat(AsyncWebsocketConsumer):\n    async def connect(self):\n        {body}\n"
    assert len(report(tmp_path, "groups-attribute", text + more)) == count


@pytest.mark.parametrize(("value", "count"), [("[self.scope['user'].name]", 1), ("['a']", 0)])
def test_a_property_for_groups_does_not_read_the_scope(tmp_path, value, count):
    text = "class Chat(AsyncWebsocketConsumer):\n    @property\n    def groups(self):\n"
    text += f"        return {value}\n"
    assert len(report(tmp_path, "groups-attribute", text)) == count


RECEIVE = "    async def receive(self, text_data):\n        await self.send(text_data)\n"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await self.send(event['text'])", 1),
        ("await super().dispatch(event)", 0),
        ("await getattr(self, event['type'])(event)", 0),
    ],
)
def test_dispatch_is_no_name_for_a_handler(tmp_path, body, count):
    method = f"    async def dispatch(self, event):\n        {body}\n"
    text = f"class Chat(AsyncWebsocketConsumer):\n{method}"
    assert len(report(tmp_path, "consumer-attribute", text)) == count


@pytest.mark.parametrize(
    ("base", "name", "body", "more", "count"),
    [
        ("AsyncJsonWebsocketConsumer", "receive", "self.last = text_data", "", 1),
        ("AsyncJsonWebsocketConsumer", "websocket_receive", "print(text_data)", "", 0),
        ("AsyncJsonWebsocketConsumer", "receive", "await super().receive(text_data)", "", 0),
        ("AsyncJsonWebsocketConsumer", "receive", "await self.receive_json(text_data)", "", 0),
        ("AsyncJsonWebsocketConsumer", "receive", "await self.send(text_data)", "", 0),
        ("AsyncJsonWebsocketConsumer", "receive", "await self.handle(text_data)", "", 0),
        ("AsyncJsonWebsocketConsumer", "receive", "self.x = json.loads(text_data)", "", 0),
        ("AsyncJsonWebsocketConsumer, Unknown", "receive", "print(text_data)", "", 0),
        ("AsyncWebsocketConsumer", "receive", "print(text_data)", "", 0),
        ("AsyncWebsocketConsumer", "websocket_receive", "print(text_data)", RECEIVE, 1),
        (
            "AsyncWebsocketConsumer",
            "websocket_receive",
            "await self.receive(text_data)",
            RECEIVE,
            0,
        ),
    ],
)
def test_receive_does_not_hide_the_method_that_it_calls(tmp_path, base, name, body, more, count):
    text = (
        f"class Chat({base}):\n    async def {name}(self, text_data=None):\n        {body}\n"
        f"    async def receive_json(self, content):\n        await self.send_json(content)\n"
        f"{more}\n"
    )
    assert len(report(tmp_path, "consumer-attribute", text)) == count


JOIN = "await self.channel_layer.group_add('x', self.channel_name)"
SET = "self.channel_name = f'user-{self.pk}'"


@pytest.mark.parametrize(
    ("method", "body", "more", "count"),
    [
        ("connect", f"{SET}\n        {JOIN}", "", 1),
        ("connect", SET, f"    async def receive(self, text_data):\n        {JOIN}\n", 1),
        ("connect", f"self.room, self.channel_name = None, None\n        {JOIN}", "", 1),
        ("connect", f"{JOIN}\n        {SET}", "", 0),
        ("connect", f"self.own_name = 'x'\n        {JOIN}", "", 0),
        ("connect", SET, "", 0),
        ("__init__", SET, f"    async def connect(self):\n        {JOIN}\n", 0),
        (
            "connect",
            f"{SET}\n        {JOIN}",
            "async def read():\n    await get_channel_layer().receive('x')\n",
            0,
        ),
    ],
)
def test_a_channel_name_that_is_replaced_before_joining_is_reported(
    tmp_path, method, body, more, count
):
    kind = "def" if method == "__init__" else "async def"
    head = f"class Chat(AsyncWebsocketConsumer):\n    {kind} {method}(self):\n        {body}\n"
    assert len(report(tmp_path, "consumer-attribute", head + more)) == count


INIT = "class Chat(AsyncWebsocketConsumer):\n    def __init__(self, {}):\n        {}\n"


@pytest.mark.parametrize(
    ("parameters", "body", "requirements", "count"),
    [
        ("*args", "self.user = self.scope['user']", "", 1),
        ("*args", "self.user = self.scope.get('user') or 'nobody'", "", 1),
        ("*args", "if self.scope['user']:\n            self.user = 'x'", "", 1),
        ("*args", "if args:\n            self.user = self.scope['user']", "", 0),
        ("*args", "self.user = args and self.scope['user']", "", 0),
        ("*args", "self.inbox = self.channel_name", "channels==4.2\n", 1),
        ("*args", "self.scope = {}\n        self.user = self.scope.get('user')", "", 0),
        ("*args", "self.find = lambda: self.scope['user']", "", 0),
        ("scope", "self.user = self.scope['user']", "", 0),
        ("*args", "self.user = self.scope['user']", "channels==2.4\n", 0),
        ("*args", "self.user = None", "", 0),
    ],
)
def test_what_channels_sets_later_is_not_read_in_init(
    tmp_path, parameters, body, requirements, count
):
    more = {"requirements.txt": requirements} if requirements else {}
    text = INIT.format(parameters, f"super().__init__()\n        {body}")
    assert len(report(tmp_path, "consumer-attribute", text, more)) == count


LOOP = "while True:\n            await self.send('x')\n            await asyncio.sleep(1)"
START = "self.task = asyncio.create_task(self.tick())"


def ticking(start=START, loop=LOOP, more="", base="AsyncWebsocketConsumer"):
    return (
        f"class Chat({base}):\n    async def connect(self):\n        await self.accept()\n"
        f"        {start}\n\n    async def tick(self):\n        {loop}\n\n{more}"
    )


ONCE = f"if not self.task:\n            {START}"
GROUP = "self.channel_layer.group_send('a', {'type': 'x'})"
WORK = "    async def work(self):\n        await self.send_json({})\n"
CANCEL = "    async def disconnect(self, code):\n        self.task.cancel()\n"
STOP = "    async def disconnect(self, code):\n        await stop(self)\n"
HEIR = "class Heir(Chat):\n    async def disconnect(self, code):\n        self.task.cancel()\n"


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"start": "asyncio.ensure_future(self.tick())"}, 1),
        ({"start": "asyncio.get_running_loop().create_task(self.tick())"}, 1),
        ({"more": "    async def disconnect(self, code):\n        pass\n"}, 1),
        ({"more": CANCEL}, 0),
        ({"more": STOP}, 0),
        ({"more": HEIR}, 0),
        ({"loop": LOOP.replace("True", "self.is_open")}, 0),
        ({"loop": f"{LOOP}\n            if self.done:\n                break"}, 0),
        ({"loop": LOOP.replace("True", "await asyncio.sleep(5, result=True)")}, 1),
        ({"loop": LOOP.replace("True", "not await asyncio.sleep(5)")}, 1),
        ({"loop": LOOP.replace("True", "await asyncio.sleep(5)")}, 0),
        ({"loop": LOOP.replace("True", "await asyncio.sleep(5, self.is_open)")}, 0),
        ({"loop": LOOP.replace("True", "not await self.sleep(5)")}, 0),
        ({"loop": LOOP.replace("self.send('x')", "self.work()")}, 0),
        ({"loop": LOOP.replace("self.send('x')", "self.work()"), "more": WORK}, 1),
        ({"loop": LOOP.replace("self.send('x')", GROUP)}, 1),
        ({"loop": LOOP.replace("self.send('x')", GROUP), "start": ONCE}, 0),
        ({"start": ONCE}, 1),
        ({"loop": LOOP.replace("while True", "for each in itertools.count()")}, 1),
        ({"loop": LOOP.replace("while True", "for each in range(3)")}, 0),
        ({"loop": "await self.send('x')"}, 0),
        ({"start": "await self.tick()"}, 0),
        ({"base": "AsyncWebsocketConsumer, Unknown"}, 0),
    ],
)
def test_a_task_that_sends_for_ever_is_reported_where_nothing_cancels_it(tmp_path, changes, count):
    assert len(report(tmp_path, "task-not-cancelled", ticking(**changes))) == count


@pytest.mark.parametrize(
    ("start", "name"), [(START, "task"), ("asyncio.create_task(self.tick())", "task")]
)
def test_the_fix_cancels_the_attribute_that_has_the_task(tmp_path, start, name):
    report(tmp_path, "task-not-cancelled", ticking(start))
    [finding] = RULES["task-not-cancelled"].check(Project(str(tmp_path)))
    assert finding.fix == f"self.{name}.cancel()  # in disconnect()"
    assert ("Keep the task" in finding.message) is (start != START)
