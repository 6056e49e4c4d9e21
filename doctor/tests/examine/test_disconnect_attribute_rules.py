"""Attributes that a refused socket does not have when `disconnect()` reads them."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "disconnect-attribute"
ANONYMOUS = "not self.scope['user'].is_authenticated"
JOIN = "self.group = 'x'\nawait self.channel_layer.group_add(self.group, self.channel_name)"
LEAVE = "await self.channel_layer.group_discard(self.group, self.channel_name)"
REFUSE = f"if {ANONYMOUS}:\n    await self.close()\n    return\n"
OTHERWISE = "else:\n    self.group = 'x'\n    await self.accept()"
CLOSE = "    await self.close()\n    return\n"
UNKNOWN = f"except LookupError:\n{CLOSE}"
CONNECT = f"{REFUSE}{JOIN}\nawait self.accept()"


def consumer(connect=CONNECT, disconnect=LEAVE, more=""):
    """Return a consumer with these bodies of its methods, and more in the class."""
    lines = ["class Chat(AsyncWebsocketConsumer):", *indented(more, 4)]
    lines += ["    async def connect(self):", *indented(connect, 8)]
    lines += ["    async def disconnect(self, code):", *indented(disconnect, 8)]
    return "\n".join(lines) + "\n"


def indented(text, columns):
    return [" " * columns + line for line in text.splitlines()]


@pytest.mark.parametrize(
    "connect",
    [
        CONNECT,
        f"if {ANONYMOUS}:\n    return await self.close(code=4001)\n{JOIN}\nawait self.accept()",
        f"if {ANONYMOUS}:\n    raise DenyConnection()\n{JOIN}\nawait self.accept()",
        f"if {ANONYMOUS}:\n    await self.close()\n{OTHERWISE}",
        f"await self.accept()\n{REFUSE}{JOIN}",
        f"user = self.scope['user']\nif not user or user.is_anonymous:\n{CLOSE}{JOIN}",
        f"user = self.scope['user']\nif not user.is_authenticated:\n{CLOSE}{JOIN}",
        f"user = await find(self.scope['user'])\nif not user:\n{CLOSE}{JOIN}",
        f"room = await find()\nif room is None:\n    await self.refuse()\n    return\n{JOIN}",
        f"try:\n    room = await find()\n{UNKNOWN}{JOIN}\nawait self.accept()",
        f"key = self.scope['query_string'].decode()\nif not key:\n{CLOSE}{JOIN}",
    ],
)
def test_an_attribute_that_a_refused_connect_has_not_set_is_reported(tmp_path, connect):
    more = "async def refuse(self):\n    await self.close()"
    assert len(report(tmp_path, RULE, consumer(connect, more=more))) == 1


@pytest.mark.parametrize(
    "connect",
    [
        f"{JOIN}\n{REFUSE}await self.accept()",
        f"self.group = None\n{CONNECT}",
        f"self.join()\n{CONNECT}",
        f"if {ANONYMOUS}:\n    raise ValueError\n{JOIN}\nawait self.accept()",
        f"user = await User.objects.aget(pk=1)\nif user.is_anonymous:\n{CLOSE}{JOIN}",
        f"{JOIN}\nawait self.accept()",
        f"if {ANONYMOUS}:\n    return\n{JOIN}\nawait self.accept()",
        f"if 'user' not in self.scope:\n{CLOSE}{JOIN}",
        f"if self.scope.get('user') is None:\n{CLOSE}{JOIN}",
        f"self.user = self.scope['user']\nif not self.user:\n{CLOSE}{JOIN}",
        f"try:\n    self.group = await find()\n{UNKNOWN}await self.accept()",
        f"try:\n    raise DenyConnection()\nexcept DenyConnection:\n    pass\n{JOIN}",
    ],
)
def test_an_attribute_that_is_set_before_or_elsewhere_is_not_reported(tmp_path, connect):
    more = "def join(self):\n    self.group = 'x'" if "self.join()" in connect else ""
    assert report(tmp_path, RULE, consumer(connect, more=more)) == []


@pytest.mark.parametrize(
    "more",
    [
        "group = None",
        "@property\ndef group(self):\n    return 'x'",
        "def __getattr__(self, name):\n    return None",
        "async def websocket_disconnect(self, message):\n    raise StopConsumer",
        "def keep(self, **values):\n    vars(self).update(values)",
    ],
)
def test_an_attribute_that_the_class_has_or_may_get_is_not_reported(tmp_path, more):
    assert report(tmp_path, RULE, consumer(more=more)) == []


def test_a_consumer_with_an_unknown_base_is_not_reported(tmp_path):
    text = consumer().replace("(Async", "(Unknown, Async")
    assert report(tmp_path, RULE, f"from kept import Unknown\n{text}") == []


@pytest.mark.parametrize(
    "disconnect",
    [
        f"if hasattr(self, 'group'):\n    {LEAVE}",
        f"if code == 1006:\n    return\n{LEAVE}",
        f"try:\n    {LEAVE}\nexcept AttributeError:\n    pass",
        "group = getattr(self, 'group', None)",
        "await self.channel_layer.group_discard('x', self.channel_name)",
    ],
)
def test_a_read_under_a_condition_is_not_reported(tmp_path, disconnect):
    assert report(tmp_path, RULE, consumer(disconnect=disconnect)) == []


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("not self.room", 0),
        ("self.room is None or self.channel_layer is None", 0),
        ("not await is_open(self.room)", 1),
        (f"not self.room or {ANONYMOUS}", 1),
    ],
)
def test_a_refusal_for_want_of_an_argument_of_the_route_is_ignored(tmp_path, condition, count):
    room = "self.room = self.scope['url_route']['kwargs'].get('room')"
    refuse = f"if {condition}:\n    await self.close()\n    return"
    text = consumer(f"{room}\n{refuse}\n{JOIN}\nawait self.accept()")
    assert len(report(tmp_path, RULE, text)) == count


def test_the_fix_returns_before_the_statement_that_reads_the_attribute(tmp_path):
    report(tmp_path, RULE, consumer(disconnect=f"print(code)\n{LEAVE}"))
    [finding] = RULES[RULE].check(Project(str(tmp_path)))
    assert finding.fix == (f'+if not hasattr(self, "group"):\n+    return\n {LEAVE}')
    assert finding.symptom == "AttributeError: 'Chat' object has no attribute 'group'"


def test_the_check_is_above_a_method_that_reads_an_attribute_before(tmp_path):
    more = "async def leave(self):\n    await Room.objects.filter(pk=self.room).adelete()"
    connect = f"{REFUSE}self.room = 1\n{JOIN}\nawait self.accept()"
    text = consumer(connect, f"await self.leave()\n{LEAVE}", more)
    report(tmp_path, RULE, text)
    [found] = RULES[RULE].check(Project(str(tmp_path)))
    assert "reads `self.room` in `leave()`" in found.message
    assert found.fix.splitlines()[0].strip("+ ") == 'if not hasattr(self, "room"):'
    assert found.fix.splitlines()[-1].strip() == "await self.leave()"
