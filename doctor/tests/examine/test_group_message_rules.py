"""What the rules for the types of group messages report and ignore."""

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

GROUP = "await self.channel_layer.group_send"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"data = json.loads(text_data)\n{GROUP}('x', data)", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{**data}})", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{'type': 'chat.message', **data}})", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{'type': data['type'], 'x': 1}})", 1),
        (
            (
                f"data = json.loads(text_data)\nkind = data.get('kind')\n"
                f"{GROUP}('x', {{'type': kind}})"
            ),
            1,
        ),
        ("await self.spread(json.loads(text_data))", 1),
        (f"data = json.loads(text_data)\nevent = {{'type': 'x', **data}}\n{GROUP}('x', event)", 1),
        ("await self.choose(json.loads(text_data)['action'])", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{**data, 'type': 'chat.message'}})", 0),
        (
            f"data = json.loads(text_data)\n{GROUP}('x', {{'type': 'chat.message', 'data': data}})",
            0,
        ),
        (
            (
                f"data = json.loads(text_data)\nif data['type'] in TYPES:\n"
                f"    {GROUP}('x', {{'type': data['type']}})"
            ),
            0,
        ),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{'type': f\"event.{{data['type']}}\"}})", 0),
        (f"data = clean(text_data)\n{GROUP}('x', {{**data}})", 0),
        (f"event = {{'type': 'chat.message'}}\n{GROUP}('x', event)", 0),
    ],
)
def test_a_type_that_a_client_chooses_is_reported(tmp_path, body, count):
    members = """
    async def spread(self, data):
        await self.channel_layer.group_send("x", {"type": "chat.message", **data})
    async def choose(self, action):
        worker = "a" if action == "b" else "c"
        await self.channel_layer.send(worker, {"type": action})
    async def chat_message(self, event):
        await self.channel_layer.group_send("x", {**event})
    """
    assert len(report(tmp_path, "group-send-splat", method(body) + members)) == count


@pytest.mark.parametrize(
    ("test", "count"),
    [
        ("not KINDS.__contains__(kind)", 0),
        ("not is_known(kind)", 0),
        ("not isinstance(kind, str)", 1),
        ("not hasattr(self, kind)", 1),
    ],
)
def test_a_type_that_a_condition_looks_up_is_allowed(tmp_path, test, count):
    body = f"kind = json.loads(text_data)['kind']\nif {test}:\n    return\n"
    body += f"{GROUP}('x', {{'type': kind}})"
    assert len(report(tmp_path, "group-send-splat", method(body))) == count


@pytest.mark.parametrize(
    ("call", "reached"),
    [
        ("group_send('x'", "every consumer in the group"),
        ("send('x'", "the consumer of the channel"),
    ],
)
def test_the_message_names_the_receivers_of_a_chosen_type(tmp_path, call, reached):
    body = f"data = json.loads(text_data)\nawait self.channel_layer.{call}, data)"
    assert report(tmp_path, "group-send-splat", method(body)) == ["warning"]
    finds = RULES["group-send-splat"].check(Project(str(tmp_path)))
    assert [reached in each.message for each in finds] == [True]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"{GROUP}('x', {{'type': 'chat.mesage'}})", 1),
        ("event = {'type': 'other'}\nawait self.channel_layer.group_send('x', event)", 1),
        ("await get_channel_layer().send(self.channel_name, {'type': 'other'})", 1),
        (f"{GROUP}('x', {{'text': 'no type'}})", 1),
        (f"{GROUP}('x', {{'type': '_private'}})", 1),
        (f"{GROUP}('x', {{'type': 'chat.message'}})", 0),
        (f"{GROUP}('x', {{'type': 'inherited.event'}})", 0),
        (f"{GROUP}('x', {{'type': 'websocket.disconnect', 'code': 1000}})", 0),
        (f"{GROUP}('x', {{'type': 'alias'}})", 0),
        (f"{GROUP}('x', {{'type': KIND}})", 0),
        (f"{GROUP}('x', {{**self.event()}})", 0),
        (f"{GROUP}('x', {{'type': f'chat.{{text_data}}'}})", 0),
        ("event = {}\nevent['type'] = 'other'\nawait self.channel_layer.group_send('x', event)", 0),
        ("await self.send_json({'type': 'other'})", 0),
        ("hub.group_send('x', {'type': 'other'})", 0),
        (
            (
                "layer = get_channel_layer()\nawait layer.send('x', {'text': 1})\n"
                "await layer.receive('x')"
            ),
            0,
        ),
    ],
)
def test_a_type_without_a_handler_is_reported(tmp_path, body, count):
    mixin = "class Mixin:\n    async def inherited_event(self, event): pass\n"
    members = "\n    async def chat_message(self, event): pass\n    alias = chat_message\n"
    members += "    groups = ['x']\n"
    text = (
        mixin
        + method(body, "AsyncJsonWebsocketConsumer, Mixin", arguments="text_data=None")
        + members
    )
    assert len(report(tmp_path, "handler-missing", text)) == count


@pytest.mark.parametrize(
    "more",
    [
        "from elsewhere import Base\nclass Other(Base, AsyncWebsocketConsumer): pass",
        "class Other(AsyncWebsocketConsumer):\n    async def dispatch(self, event): pass",
        "class Other(AsyncWebsocketConsumer):\n    def __getattr__(self, name): pass",
        "@handles('other')\nclass Other(AsyncWebsocketConsumer): pass",
        "class Other(AsyncWebsocketConsumer):\n    async def other(self, event): pass",
    ],
)
def test_a_type_is_ignored_where_a_handler_may_be_invisible(tmp_path, more):
    text = method(f"{GROUP}('x', {{'type': 'other'}})") + "\n" + more
    assert report(tmp_path, "handler-missing", text) == []


@pytest.mark.parametrize(("channel", "count"), [("self.channel_name", 0), ("'worker'", 1)])
def test_a_message_to_the_channel_of_its_sender_is_ignored(tmp_path, channel, count):
    body = f"await self.channel_layer.send({channel}, json.loads(text_data))"
    assert len(report(tmp_path, "group-send-splat", method(body))) == count


@pytest.mark.parametrize(
    ("test", "count"), [("if data['type'] in self.forwarded:", 0), ("if data:", 1)]
)
def test_a_type_that_the_calling_method_compares_is_allowed(tmp_path, test, count):
    body = f"data = json.loads(text_data)\n{test}\n    await self.forward(data)"
    forward = f"""
    async def forward(self, event):
        {GROUP}("x", event)
    """
    assert len(report(tmp_path, "group-send-splat", method(body) + forward)) == count


@pytest.mark.parametrize(
    ("joined", "count"),
    [
        ("'news'", 0),
        ("self.scope['url_route']['kwargs']['room']", 1),  # every join may be that of "room"
        ("'room'", 1),
    ],
)
def test_a_group_that_only_an_unknown_name_may_join_has_no_members(tmp_path, joined, count):
    unknown = "self.scope['url_route']['kwargs']['number']"
    joins = [f"await self.channel_layer.group_add({each}, 'x')" for each in (joined, unknown)]
    send = "await self.channel_layer.group_send('room', json.loads(text_data))"
    assert len(report(tmp_path, "group-send-splat", method("\n".join([*joins, send])))) == count
