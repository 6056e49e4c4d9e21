"""What the rules for the groups, the layers and the keys of messages report and ignore."""

import pytest
from support.changed_project import change, findings, write

NOTIFY = """\
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def group_of(room):
    return f"room_{{room}}"


def notify(room, name):
    layer = get_channel_layer({alias})
    async_to_sync(layer.group_send)({group}, {{"type": "chat.message", "text": "x"}})
"""
CONSUMER = "chat/consumers.py"
MEMORY = 'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n'


def notify(project, group='"chat"', alias=""):
    write(project, chat__notify_dot_py=NOTIFY.format(group=group, alias=alias))


@pytest.mark.parametrize(
    ("joined", "sent", "count"),
    [
        ('"chat"', '"chat"', 0),
        ('"chat"', '"chats"', 1),
        ('"chat"', '"health_check"', 0),
        ('"chat"', '"layer-test"', 0),
        ('f"room_{self.room}"', "group_of(room)", 0),
        ('f"rooms_{self.room}"', "group_of(room)", 1),
        ('"room_%s" % self.room', "group_of(room)", 0),
        ('"room-{}".format(self.room)', "group_of(room)", 1),
        ("self.room", '"anything"', 0),
        ("self.named()", '"chats"', 0),
        ('"chat"', "name", 0),
        ('"chat"', "read(name)", 0),
    ],
)
def test_a_message_to_a_group_that_no_consumer_joins_is_reported(project, joined, sent, count):
    text = (project / CONSUMER).read_text()
    own = "await self.channel_layer.group_send(self.room,"
    text = text.replace('group_add("chat"', f"group_add({joined}")
    text = text.replace('await self.channel_layer.group_send("chat",', own)
    (project / CONSUMER).write_text(text)
    notify(project, sent)
    messages = [each["message"] for each in findings(project, "group-not-joined")]
    assert sum(each.startswith("A message") for each in messages) == count


def test_the_messages_of_a_function_to_one_group_are_one_finding(project):
    notify(project, '"chats"')
    path = project / "chat/notify.py"
    path.write_text(path.read_text() + path.read_text().splitlines(keepends=True)[-1])
    (found,) = findings(project, "group-not-joined")
    assert found["path"] == "chat/notify.py"


@pytest.mark.parametrize(
    "foreign",
    [
        "from observers import Observer\nclass Rooms(Observer): pass\nROUTE = Rooms.as_asgi()\n",
        "async def rooms(info):\n    return info.context['ws'].channel_listen('x', groups=['y'])\n",
    ],
)
def test_a_consumer_of_another_package_may_join_any_group(project, foreign):
    notify(project, '"of_all_users"')
    assert findings(project, "group-not-joined") != []
    write(project, chat__foreign_dot_py=foreign)
    assert findings(project, "group-not-joined") == []


@pytest.mark.parametrize(
    ("name", "is_reported"), [('f"group_{verb}"', False), ("verb", False), ('"group_send"', True)]
)
def test_a_method_of_the_layer_with_a_computed_name_may_join_any_group(project, name, is_reported):
    notify(project, '"of_all_users"')
    code = f"def change(self, verb):\n    return getattr(self.channel_layer, {name})\n"
    write(project, chat__groups_dot_py=code)
    assert bool(findings(project, "group-not-joined")) == is_reported


@pytest.mark.parametrize(("sent", "is_near"), [('"chats"', True), ('"of_all_users"', False)])
def test_only_a_similar_group_is_proposed(project, sent, is_near):
    notify(project, sent)
    (finding,) = findings(project, "group-not-joined")
    assert ("The most similar group is" in finding["message"]) is is_near
    assert ("group_add" in finding["fix"]) is not is_near


def test_the_attribute_groups_joins_and_a_misspelt_one_does_not(project):
    change(project, CONSUMER, 'await self.channel_layer.group_add("chat", self.channel_name)', "")
    assert [each["line"] for each in findings(project, "group-not-joined")] == [25]
    head = "class ChatConsumer(AsyncWebsocketConsumer):\n"
    change(project, CONSUMER, head, f'{head}    groups = ["chat"]\n')
    assert findings(project, "group-not-joined") == []
    change(project, CONSUMER, "    groups =", "    group =")
    assert len(findings(project, "group-not-joined")) == 1


def test_an_heir_may_give_its_base_another_group(project):
    change(project, CONSUMER, 'group_add("chat"', "group_add(self.group")
    change(project, CONSUMER, 'group_discard("chat"', "group_discard(self.group")
    change(
        project,
        CONSUMER,
        "class NotFoundConsumer",
        'class OtherConsumer(ChatConsumer):\n    group = "others"\n\n\nclass NotFoundConsumer',
    )
    notify(project, '"others"')
    found = findings(project, "group-not-joined")
    assert [each["path"] for each in found] == [CONSUMER]  # of the base, which sends to "chat"


@pytest.mark.parametrize(
    "more",
    [
        "from other import Consumer\n\nroutes = [Consumer.as_asgi()]\n",
        (
            "from other import Mixin\nfrom channels.generic.websocket import WebsocketConsumer\n"
            "class C(Mixin, WebsocketConsumer):\n    pass\n"
        ),
        "def join(layer, name):\n    return getattr(layer, 'group_add')(name)\n",
    ],
)
def test_groups_that_other_code_may_join_are_unknown(project, more):
    notify(project, '"chats"')
    assert len(findings(project, "group-not-joined")) == 1
    write(project, chat__more_dot_py=more)
    assert findings(project, "group-not-joined") == []


@pytest.mark.parametrize(
    ("alias", "count"),
    [('"chat"', 1), ('alias="chat"', 1), ("NAME", 1), ('"default"', 0), ("", 0), ("room", 0)],
)
def test_an_alias_without_a_layer_is_reported(project, alias, count):
    notify(project, alias=alias)
    with (project / "chat/notify.py").open("a") as file:
        file.write('NAME = "chat"\n')
    assert len(findings(project, "layer-alias")) == count


def test_the_alias_of_a_consumer_is_one_of_the_settings(project):
    head = "class ChatConsumer(AsyncWebsocketConsumer):\n"
    change(project, CONSUMER, head, f'{head}    channel_layer_alias = "fast"\n')
    assert len(findings(project, "layer-alias")) == 1
    layer = '{"fast": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}'
    write(project, config__production_dot_py=f"CHANNEL_LAYERS = {layer}\n")
    assert findings(project, "layer-alias") == []


@pytest.mark.parametrize(
    ("read", "count"),
    [
        ('event["message"]', 1),
        ('event["text"]', 0),
        ('event["type"]', 0),
        ('event.get("message")', 0),
        ('event["message"] if "message" in event else ""', 0),
        ("event[KEY]", 0),
    ],
)
def test_a_key_that_no_message_of_the_type_has_is_reported(project, read, count):
    change(project, CONSUMER, 'event["text"]', read)
    assert len(findings(project, "event-key")) == count


def test_a_message_that_lacks_a_key_of_the_others_is_reported_itself(project):
    notify(project)
    assert findings(project, "event-key") == []
    change(project, "chat/notify.py", '"text"', '"message"')
    assert [each["path"] for each in findings(project, "event-key")] == ["chat/notify.py"]


@pytest.mark.parametrize(
    "message",
    [
        "build(room)",
        '{"type": "chat.message", **room}',
        '{"type": room}',
        '{"type": "chat.message", room: 1}',
    ],
)
def test_a_message_that_the_text_does_not_tell_may_have_every_key(project, message):
    change(project, CONSUMER, 'event["text"]', 'event["message"]')
    notify(project)
    change(project, "chat/notify.py", '{"type": "chat.message", "text": "x"}', message)
    assert findings(project, "event-key") == []


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ('"chat_" + hashlib.sha512(x).hexdigest()', 1),
        ('f"chat_{hashlib.sha384(x).hexdigest()}"', 1),
        ('"chat_" + hashlib.sha256(x).hexdigest()', 0),
        ("hashlib.sha512(x).hexdigest()", 1),
        ("hashlib.sha512(x).hexdigest()[:99]", 0),
        ("hashlib.sha256(x).hexdigest()", 0),
        ('f"{uuid.uuid4()}-{uuid.uuid4()}-{uuid.uuid4()}"', 1),
        ('f"{uuid.uuid4().hex}-{uuid.uuid4().hex}"', 0),
        (f'"{"x" * 100}"', 1),
        (f'"{"x" * 99}"', 0),
    ],
)
def test_a_group_name_that_is_always_too_long_is_reported(project, group, count):
    change(project, CONSUMER, 'group_add("chat"', f"group_add({group}")
    change(project, CONSUMER, "import json", "import hashlib\nimport json\nimport uuid")
    assert len(findings(project, "group-name-invalid")) == count


@pytest.mark.parametrize(
    ("value", "more", "count"),
    [
        ("hashlib.sha512(x).hexdigest()", "", 1),
        ("hashlib.sha512(x).hexdigest()", "room = f'chat-{room}'", 1),
        ("hashlib.sha512(x).hexdigest()", "room = room[:90]", 0),
    ],
)
def test_a_hash_that_is_shortened_later_may_be_a_group(project, value, more, count):
    change(project, CONSUMER, "import json", "import hashlib\nimport json")
    join = 'await self.channel_layer.group_add("chat"'
    lines = f"room = {value}\n        {more}\n        {join[:-6]}room"
    change(project, CONSUMER, join, lines)
    assert len(findings(project, "group-name-invalid")) == count


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ('self.channel_layer.send(self.room, {"type": "chat.message"})', 1),
        ('self.channel_layer.send(self.channel_name, {"type": "chat.message"})', 0),
        ('self.channel_layer.send("chat", {"type": "chat.message"})', 0),
    ],
)
def test_a_group_is_no_channel(project, call, count):
    change(project, CONSUMER, 'group_add("chat"', "group_add(self.room")
    change(
        project,
        CONSUMER,
        "    async def chat_message",
        f"        await {call}\n\n    async def chat_message",
    )
    assert len(findings(project, "call-arguments")) == count


def test_a_query_does_not_check_the_address_of_a_user(project):
    group = "self.scope['user'].email"
    change(project, "config/settings.py", "pubsub.RedisPubSub", "core.Redis")
    change(project, CONSUMER, 'group_add("chat"', f"group_add({group}")
    change(project, CONSUMER, "await self.accept()", "await Room.objects.aget(pk=1)")
    assert len(findings(project, "group-name-raw")) == 1


def test_a_variable_in_a_message_is_the_place_of_its_value(project):
    sent = 'group_send("chat", {"type": "chat.message", "text": text})'
    change(project, CONSUMER, sent, sent.replace("text}", "user}"))
    change(project, CONSUMER, "        try:", '        user = self.scope["user"]\n        try:')
    found = findings(project, "layer-value")
    assert [(each["line"], each["fix"].partition(",")[0]) for each in found] == [
        (26, "Send `user.pk`")
    ]


def test_a_socket_leaves_the_group_that_it_joined(project):
    change(project, CONSUMER, 'group_discard("chat"', 'group_discard("chats"')
    assert [each["line"] for each in findings(project, "group-not-joined")] == [14]


JOINED = """
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer


class Riders(AsyncWebsocketConsumer):
    groups = [{joined}]

    async def told(self, event):
        await self.send("told")


def tell():
    async_to_sync(get_channel_layer().group_send)("{group}", {{"type": "{type}"}})
"""


@pytest.mark.parametrize(
    ("joined", "group", "type_", "fix"),
    [
        ('"riders_all"', "rider_all", "told", '"riders_all", {"type": "told"}'),
        ('"rider_all", "rodie_all"', "user_all", "told", "await self.channel_layer.group_add("),
        ('"rider_all"', "news", "sent", "async def sent(self, event): …"),
        ('"tenant_1_order"', "order", "told", '"tenant_1_order", {"type": "told"}'),
    ],
)
def test_the_fix_of_a_group_is_certain_or_in_words(project, joined, group, type_, fix):
    text = JOINED.format(joined=joined, group=group, type=type_)
    write(project, chat__more_dot_py=text)
    (finding,) = findings(project, "group-not-joined")
    assert fix in finding["fix"]


def test_a_type_gets_the_name_of_another_handler_only_for_a_slip(project):
    text = JOINED.format(joined='"riders"', group="riders", type="rider_status")
    text = text.replace("async def told", "async def rodie_status")
    write(project, chat__more_dot_py=text)
    (finding,) = findings(project, "handler-missing")
    assert finding["fix"] == "async def rider_status(self, event): …"
    write(project, chat__more_dot_py=text.replace("rodie_status", "rider_statuss"))
    (finding,) = findings(project, "handler-missing")
    assert finding["fix"].endswith('"rider_statuss"')


OWN_LAYER = """\
from channels.layers import BaseChannelLayer


class SafeLayer(BaseChannelLayer):
    async def group_add(self, group, channel):
        return await self.call("group_add", group, channel)
"""


def test_a_layer_of_the_project_itself_joins_no_group(project):
    write(project, chat__layer_dot_py=OWN_LAYER)
    notify(project, '"news"')
    (finding,) = findings(project, "group-not-joined")
    assert "`news`" in finding["message"]


@pytest.mark.parametrize(("kind", "is_renamed"), [("chat.message", True), ("lost", False)])
def test_a_similar_group_is_meant_where_its_consumers_have_the_handler(project, kind, is_renamed):
    notify(project, '"chats"')
    change(project, "chat/notify.py", "chat.message", kind)
    (finding,) = findings(project, "group-not-joined")
    assert ('+async_to_sync(layer.group_send)("chat"' in finding["fix"]) == is_renamed
