"""Which `channel_layer` is the layer of Channels, and which is an object of the project's own."""

import pytest
from support.changed_project import findings, write

OWN = """from channels.layers import get_channel_layer


class Layer:
    def __init__(self):
        self.layer = get_channel_layer()

    def group_send(self, group, kind, data):
        pass


def make_layer():
    return get_channel_layer()


"""
SEND = "\n\ndef tell():\n    channel_layer.group_send('chat', 'text', {})\n"
IMPORT = "from chat.layers import channel_layer"
GETTER = "from channels.layers import get_channel_layer\n\n\n"
CLASS = """class News:
    def __init__(self):
        self.channel_layer = {}

    def tell(self):
        self.channel_layer.group_send("chat", "text", {{}})
"""
REAL, OTHER = "get_channel_layer()", "Layer()"


@pytest.mark.parametrize("rule", ["await-missing", "call-arguments"])
@pytest.mark.parametrize(
    ("layers", "news", "count"),
    [
        (f"{OWN}channel_layer = {REAL}\n", IMPORT + SEND, 1),
        (f"{OWN}channel_layer = {OTHER}\n", IMPORT + SEND, 0),
        (f"{OWN}channel_layer = {OTHER}{SEND}", "", 0),
        (f"{OWN}channel_layer = {REAL}{SEND}", "", 1),
        (f"{OWN}def channel_layer():\n    pass\n", IMPORT + SEND, 0),
        ("", "from other import channel_layer" + SEND, 0),
        ("", GETTER + CLASS.format(REAL), 1),
        ("", GETTER + OWN + CLASS.format(OTHER), 0),
    ],
)
def test_an_object_of_the_project_is_no_channel_layer(project, rule, layers, news, count):
    write(project, chat__layers_dot_py=layers, chat__news_dot_py=news)
    assert len(findings(project, rule)) == count
