"""What the rule for literal group names reports and ignores."""

import pytest
from support.changed_project import findings, write


@pytest.mark.parametrize(
    ("name", "severities"),
    [
        ("'chat room'", ["error"]),
        ("f'chat:{self.room}'", ["error"]),
        ("f'chat_{self.room}'", []),
        ("'chat.room-1'", []),
        ("'chat %s' % self.room", ["error"]),
        ("'chat_%s' % self.room", []),
        ("'chat:{}'.format(self.room)", ["error"]),
        ("'chat_{}'.format(self.room)", []),
        ("'chat:' + self.room", ["error"]),
        ("'chat_' + self.room", []),
        ("':'.join(['chat', self.room])", ["error"]),
        ("'_'.join(('chat', self.room))", []),
        ("'_'.join(['chat', 'a b'])", ["error"]),
        ("':'.join(self.parts)", []),
        ("':'.join(['chat'])", []),
        ("COLON.join(['chat', self.room])", ["error"]),
        ("DOT.join(['chat', self.room])", []),
        ("OTHER.join(['chat', self.room])", []),
        ("f'chat{COLON}{self.room}'", ["error"]),
        ("f'chat{COLON!r:>9}{self.room}'", []),
        ("'chat' + COLON + self.room", ["error"]),
        ("colon_of(COLON, self.room)", []),
        ("'chat_a' if self.room else 'chat b'", ["error"]),
        ("spaced(self.room)", ["error"]),
        ("self.spaced(self.room)", ["error"]),
        ("SPACED", ["error"]),
        ("self.SPACED", ["error"]),
        ("name_of(self.room)", []),
        ("self.unknown(self.room)", []),
        ("str(self.room)", []),
    ],
)
def test_the_literal_parts_of_a_group_name_are_checked(project, name, severities):
    body = (
        f"        self.group = {name}\n"
        f"        await self.channel_layer.group_add(self.group, self.channel_name)\n"
    )
    head = (
        "from channels.generic.websocket import AsyncWebsocketConsumer\n\nSPACED = 'a b'\n"
        "COLON = ':'\nDOT = '.'\nOTHER = load(':')\n\n\n"
        "def colon_of(COLON, room):\n    return f'chat{COLON}{room}'\n\n\n"
        "def spaced(room):\n    return f'chat {room}'\n\n\n"
        "class C(AsyncWebsocketConsumer):\n    SPACED = 'a b'\n\n"
        "    def spaced(self, room):\n        return spaced(room)\n\n"
    )
    write(
        project,
        chat__more_dot_py=(
            f"{head}    async def connect(self):\n{body}        await self.accept()\n"
        ),
    )
    with (project / "config" / "settings.py").open("a") as file:
        file.write(
            'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n'
        )
    assert [each["severity"] for each in findings(project, "group-name-invalid")] == severities


def test_a_string_of_the_same_name_elsewhere_is_not_a_group_name(project):
    joined = "async def join(layer, name, channel):\n    await layer.group_add(name, channel)\n"
    write(project, chat__more_dot_py=joined + "\n\ndef title():\n    name = 'A b'\n")
    assert findings(project, "group-name-invalid") == []


def test_the_name_that_a_function_gets_is_checked_where_it_is_called(project):
    text = """
from channels.layers import get_channel_layer


async def tell(group, text):
    await get_channel_layer().group_send(group, {"type": "chat.message", "text": text})


async def tell_all():
    await tell("chat room", "x")
"""
    write(project, chat__more_dot_py=text)
    assert [each["line"] for each in findings(project, "group-name-invalid")] == [10]


def test_the_groups_of_a_consumer_are_checked(project):
    text = """
from channels.generic.websocket import AsyncWebsocketConsumer


class C(AsyncWebsocketConsumer):
    groups = ["chat", "chat room"]
"""
    write(project, chat__more_dot_py=text)
    assert [each["line"] for each in findings(project, "group-name-invalid")] == [6]
