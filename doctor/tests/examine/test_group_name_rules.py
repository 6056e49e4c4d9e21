"""What the rules for groups and their names report and ignore."""

import pytest
from support.chat_project import method, report

MEMORY = {
    "config/settings.py": (
        'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}'
    )
}


API = 'INSTALLED_APPS += ["rest_framework"]\n'
KWARGS = "self.scope['url_route']['kwargs']['room']"


@pytest.mark.parametrize(
    ("route", "severities"),
    [
        ("path('ws/<str:room>/', Chat.as_asgi())", ["warning"]),
        ("path('ws/<room>/', Chat.as_asgi())", ["warning"]),
        ("re_path(r'^ws/(?P<room>[^/]+)/$', Chat.as_asgi())", ["warning"]),
        ("re_path(r'^ws/(?P<room>.+)/$', Child.as_asgi())", ["warning"]),
        ("re_path(r'^ws/(?P<room>\\w+)/$', Chat.as_asgi())", []),
        ("re_path(r'^ws/(?P<room>[a-z(]{1,20})/$', Chat.as_asgi())", []),
        ("re_path(r'^ws/(?P<room>[-a-zA-Z0-9_]+)/$', Chat.as_asgi())", []),
        ("re_path(r'^ws/(?P<room>\\d+)/$', Chat.as_asgi())", []),
        ("path('ws/<slug:room>/', Chat.as_asgi())", []),
        ("path('ws/<int:room>/', Chat.as_asgi())", []),
        ("path('ws/<uuid:room>/', Chat.as_asgi())", []),
        ("path('ws/<own:room>/', Chat.as_asgi())", []),
        ("path('ws/<str:other>/', Chat.as_asgi())", []),
        ("path('ws/<str:room>/', Other.as_asgi())", []),
    ],
)
def test_a_group_name_from_a_url_is_reported(tmp_path, route, severities):
    join = (
        f"name = {KWARGS}\nself.group = f'chat_{{name}}'\n"
        f"await self.channel_layer.group_add(self.group, 'x')"
    )
    text = (
        method(join, name="connect", arguments="")
        + "\nclass Child(Chat): pass\nclass Other(AsyncConsumer): pass\n"
    )
    routing = (
        f"from django.urls import path, re_path\nfrom .consumers import *\n"
        f"websocket_urlpatterns = [{route}]"
    )
    assert report(tmp_path, "group-name-raw", text, more=MEMORY, routing=routing) == severities


@pytest.mark.parametrize(
    ("parameter", "count"),
    [
        ("room_name", 1),
        ("username", 1),
        ("title", 1),
        ("room_id", 0),
        ("roomId", 0),
        ("game_code", 0),
        ("task_id", 0),
        ("server", 0),
    ],
)
def test_a_url_parameter_counts_where_a_person_chooses_its_value(tmp_path, parameter, count):
    """Links of the program itself have ids and codes; others are typed by hand."""
    name = f"self.scope['url_route']['kwargs']['{parameter}']"
    join = f"await self.channel_layer.group_add({name}, self.channel_name)"
    text = method(join, name="connect", arguments="")
    routing = (
        f"from django.urls import path\nfrom .consumers import *\n"
        f"websocket_urlpatterns = [path('ws/<str:{parameter}>/', Chat.as_asgi())]"
    )
    assert len(report(tmp_path, "group-name-raw", text, more=MEMORY, routing=routing)) == count


@pytest.mark.parametrize(
    ("forms", "count"),
    [
        ("validate_username = RegexValidator(r'^[a-z0-9]+$')\n", 0),
        ("class SignUp(Form):\n    username = RegexField(r'^[a-z]+$')\n", 0),
        ("class User:\n    safe = RegexValidator(r'^[a-z]+$')\n    username = Text([safe])\n", 0),
        ("class User:\n    username = Text(validators=[RegexValidator(r'^[a-z]+$')])\n", 0),
        ("class User:\n    safe = RegexValidator(r'^[a-z]+$')\n    phone = Text([safe])\n", 1),
        ("validate_phone = RegexValidator(r'^[0-9]+$')\n", 1),
    ],
)
def test_a_user_name_whose_characters_a_form_restricts_is_ignored(tmp_path, forms, count):
    text = method("await self.channel_layer.group_add(self.scope['user'].username, 'x')")
    reported = report(tmp_path, "group-name-raw", text, more=MEMORY, forms=forms)
    assert len(reported) == count


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("'user_' + self.scope['user'].username", 1),
        ("f\"user_{self.scope['user'].get_full_name()}\"", 1),
        ("'user_' + getattr(self.scope['user'], 'email', 'guest')", 1),
        ("f\"user_{getattr(self.scope['user'], 'pk', 0)}\"", 0),
        ("'user_%s' % self.scope['query_string'].decode()", 1),
        ("'chat_{}'.format(json.loads(text_data)['room'])", 1),
        ("f\"chat_{json.loads(text_data)['room']}\"", 1),
        ("f\"user_{json.loads(text_data)['target_id']}\"", 0),
        ("parse_qs(self.scope['query_string'].decode())['room'][0]", 1),
        ("parse_qs(self.scope['query_string'].decode())['token'][0]", 0),
        ("self.named(text_data)", 0),
        ("f\"user_{self.scope['user'].pk}\"", 0),
        ("hashlib.sha256(text_data.encode()).hexdigest()", 0),
        ("'chat_' + slugify(text_data)", 0),
        ("uuid.uuid4().hex", 0),
        ("'chat'", 0),
    ],
)
def test_a_group_name_from_input_is_reported(tmp_path, group, count):
    text = method(f"await self.channel_layer.group_add({group}, self.channel_name)")
    assert len(report(tmp_path, "group-name-raw", text, more=MEMORY)) == count


@pytest.mark.parametrize(("name", "count"), [("room", 1), ("url_token", 0), ("user_id", 0)])
def test_a_value_of_the_query_string_counts_where_a_person_chooses_it(tmp_path, name, count):
    body = (
        f"{name} = self.scope['query_string'][6:].decode()\n"
        f"await self.channel_layer.group_add('x-{{}}'.format({name}), self.channel_name)"
    )
    assert len(report(tmp_path, "group-name-raw", method(body), more=MEMORY)) == count


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("json.loads(text_data)['data']['room']", 1),
        ("json.loads(text_data).get('recipient')", 1),
        ("json.loads(text_data)['room_id']", 0),
        ("json.loads(text_data)['stream']", 0),
        ("parse_qs(self.scope['query_string'].decode())['token'][0]", 0),
    ],
)
def test_an_item_of_a_message_counts_where_a_person_chooses_it(tmp_path, item, count):
    body = f"name = {item}\nawait self.channel_layer.group_add('x-' + name, self.channel_name)"
    assert len(report(tmp_path, "group-name-raw", method(body), more=MEMORY)) == count


@pytest.mark.parametrize(("around", "count"), [("if True", 1), ("try", 0)])
def test_a_group_name_whose_error_is_caught_is_ignored(tmp_path, around, count):
    call = "await self.channel_layer.group_add(self.scope['user'].username, self.channel_name)"
    end = "except Exception:\n    pass" if around == "try" else ""
    text = method(f"{around}:\n    {call}\n{end}")
    assert len(report(tmp_path, "group-name-raw", text, more=MEMORY)) == count


@pytest.mark.parametrize(
    "check", ["if not re.match('^[a-z]+$', text_data): return", "await Room.objects.aget(pk=1)"]
)
def test_a_group_name_that_is_checked_is_ignored(tmp_path, check):
    text = method(f"{check}\nawait self.channel_layer.group_add(text_data, self.channel_name)")
    assert report(tmp_path, "group-name-raw", text, more=MEMORY) == []


@pytest.mark.parametrize(
    ("checks", "count"),
    [
        ("is_room = re.compile('[a-z]+').fullmatch\n", 0),
        ("def is_room(name):\n    return re.match('[a-z]+$', name)\n", 0),
        ("def is_room(name):\n    return bool(name)\n", 1),
    ],
)
def test_a_function_of_the_project_may_check_a_group_name(tmp_path, checks, count):
    join = "await self.channel_layer.group_add(text_data, self.channel_name)"
    text = f"import re\n{checks}\n" + method(f"if not is_room(text_data): return\n{join}")
    assert len(report(tmp_path, "group-name-raw", text, more=MEMORY)) == count


def test_a_route_in_a_test_does_not_count(tmp_path):
    join = f"await self.channel_layer.group_add({KWARGS}, self.channel_name)"
    text = method(join, name="connect", arguments="")
    head = "from django.urls import path\nfrom .consumers import Chat\n"
    route = "websocket_urlpatterns = [path('ws/<{}:room>/', Chat.as_asgi())]\n"
    files = {"routing": head + route.format("slug"), "test_chat": head + route.format("str")}
    assert report(tmp_path, "group-name-raw", text, more=MEMORY, **files) == []


def test_a_layer_that_accepts_any_name_lowers_the_severity_to_info(tmp_path):
    text = method("await self.channel_layer.group_add(text_data, self.channel_name)")
    assert report(tmp_path, "group-name-raw", text) == ["info"]


LOOKED_UP = (
    f"name = {KWARGS}\n{{}}\nawait self.channel_layer.group_add('chat_' + name, self.channel_name)"
)


@pytest.mark.parametrize(
    ("lookup", "count"),
    [
        ("self.room = await Room.objects.aget(name=name)", 0),
        ("self.room = await load(lambda: Room.objects.get(name=name))", 0),
        ("self.room = await Room.objects.acreate(name=name)", 1),
        ("self.room = await Room.objects.aget(name='lobby')", 1),
    ],
)
def test_a_value_that_was_looked_up_in_the_database_is_a_stored_one(tmp_path, lookup, count):
    text = method(LOOKED_UP.format(lookup), name="connect", arguments="")
    routing = (
        "from django.urls import path\nfrom .consumers import *\n"
        "websocket_urlpatterns = [path('ws/<str:room>/', Chat.as_asgi())]"
    )
    reported = report(tmp_path, "group-name-raw", text, more=MEMORY, routing=routing)
    assert len(reported) == count


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({}, 1),
        ({"config/settings.py": API}, 0),
        ({"config/settings.py": API, "chat/static/chat.js": 'new WebSocket("/ws/" + room)'}, 1),
    ],
)
def test_an_address_that_pages_of_another_program_make_is_trusted(tmp_path, more, count):
    room = "self.scope['url_route']['kwargs']['room_name']"
    body = f"await self.channel_layer.group_add({room}, self.channel_name)"
    text = method(body, name="connect", arguments="")
    routes = (
        "from django.urls import path\nfrom chat.consumers import Chat\n"
        'websocket_urlpatterns = [path("ws/<str:room_name>/", Chat.as_asgi())]\n'
    )
    assert len(report(tmp_path, "group-name-raw", text, more, routing=routes)) == count


PUSH = """
class Push(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_send("quiz_1", {"type": "quiz.score"})
"""


@pytest.mark.parametrize(
    ("group", "sender", "count"),
    [
        ("json.loads(text_data)['group']", "", 1),
        ("json.loads(text_data)['group']", PUSH, 0),
        ("'chat_' + json.loads(text_data)['group']", PUSH, 1),
    ],
)
def test_a_client_may_name_a_group_to_which_other_code_sends(tmp_path, group, sender, count):
    """A hash in the consumer alone would part it from those who send."""
    body = f"group = {group}\nawait self.channel_layer.group_add(group, self.channel_name)"
    text = method(body) + "\n" + sender
    assert len(report(tmp_path, "group-name-raw", text, more=MEMORY)) == count


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("'room_%s' % room.owner.email", 1),
        ("f'room_{room.owner.get_username()}'", 1),
        ("f'room_{room.owner.pk}'", 0),
        ("f'room_{room.email}'", 0),
    ],
)
def test_the_name_of_the_user_to_whom_a_record_belongs_is_reported(tmp_path, group, count):
    body = (
        "room = await Room.objects.select_related('owner').aget(pk=1)\n"
        f"await self.channel_layer.group_add({group}, self.channel_name)"
    )
    text = method(body, name="connect", arguments="")
    assert len(report(tmp_path, "group-name-raw", text, more=MEMORY)) == count
