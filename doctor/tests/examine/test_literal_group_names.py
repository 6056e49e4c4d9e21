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
        ("'chat %s' % self.room", []),
        ("name_of(self.room)", []),
    ],
)
def test_the_literal_parts_of_a_group_name_are_checked(project, name, severities):
    body = (
        f"        self.group = {name}\n"
        f"        await self.channel_layer.group_add(self.group, self.channel_name)\n"
    )
    head = (
        "from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
        "class C(AsyncWebsocketConsumer):\n"
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
