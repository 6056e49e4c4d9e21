"""What the rule for groups without a channel layer reports and ignores."""

import pytest
from support.changed_files import report, settings

GROUPS = """\
from channels.generic.websocket import AsyncWebsocketConsumer
class ChatConsumer(AsyncWebsocketConsumer):
    groups = {groups}
class NotFoundConsumer(AsyncWebsocketConsumer):
    pass
"""


@pytest.mark.parametrize(
    ("groups", "line", "number"),
    [
        ('["news"]', "del CHANNEL_LAYERS\nCHANNEL_LAYERS = {}", 1),
        ('("news",)', "CHANNEL_LAYERS = {}", 1),
        ("[]", "CHANNEL_LAYERS = {}", 0),
        ("None", "CHANNEL_LAYERS = {}", 0),
        ('["news"]', "CHANNEL_LAYERS = layers()", 0),
        ('["news"]', "match K:\n    case 'a':\n        CHANNEL_LAYERS = layers()", 0),
        ('["news"]', "CHANNEL_LAYERS = {}\nmatch K:\n    case 'a':\n        LAYERS = layers()", 1),
        ('["news"]', "", 0),
    ],
)
def test_groups_need_a_layer(tmp_path, groups, line, number):
    files = {**settings(line), "chat/consumers.py": GROUPS.format(groups=groups)}
    assert len(report(tmp_path, files, "groups-without-layer")) == number
