"""The symptom of a finding is that of its variant of the rule."""

import pytest
from support.changed_project import change, findings, write
from support.fixes import hosts_file

CONSUMER = """
from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    groups = ["chat"]

    async def receive(self, text_data=None, bytes_data=None):
        {statement}

    async def chat_message(self, event):
        await self.send("x")
"""


@pytest.mark.parametrize(
    ("rule", "statement", "symptom"),
    [
        (
            "handler-missing",
            'await self.channel_layer.group_send("chat", {"text": "x"})',
            "ValueError: Incoming message has no 'type' attribute",
        ),
        (
            "handler-missing",
            'await self.channel_layer.group_send("chat", {"type": "_chat.message"})',
            "ValueError: Malformed type in message (leading underscore)",
        ),
        (
            "handler-missing",
            'await self.channel_layer.group_send("chat", {"type": "chat.gone"})',
            "ValueError: No handler for message type chat.gone",
        ),
        (
            "call-arguments",
            'await self.channel_layer.group_send("chat")',
            (
                "TypeError: RedisPubSubLoopLayer.group_send() missing 1 required positional"
                " argument: 'message'"
            ),
        ),
        (
            "call-arguments",
            "await self.channel_layer.group_add()",
            (
                "TypeError: RedisPubSubLoopLayer.group_add() missing 2 required positional"
                " arguments: 'group' and 'channel'"
            ),
        ),
        (
            "call-arguments",
            'await self.channel_layer.group_add("chat", self.channel_name, 60)',
            (
                "TypeError: RedisPubSubLoopLayer.group_add() takes 3 positional arguments but 4"
                " were given"
            ),
        ),
        (
            "call-arguments",
            'await self.channel_layer.group_discard(self.channel_name, "chat")',
            "The socket stays in the group.",
        ),
        (
            "call-arguments",
            'await self.channel_layer.group_add(self.channel_name, "chat")',
            "No socket receives the message.",
        ),
        (
            "call-arguments",
            "await self.send(json_data={})",
            (
                "TypeError: AsyncWebsocketConsumer.send() got an unexpected keyword argument"
                " 'json_data'"
            ),
        ),
        (
            "call-arguments",
            "await self.accept('v1', [], True)",
            (
                "TypeError: AsyncWebsocketConsumer.accept() takes from 1 to 3 positional arguments"
                " but 4 were given"
            ),
        ),
    ],
)
def test_a_call_has_the_error_of_its_own_fault(rule, statement, symptom, project):
    write(project, chat__consumers_dot_py=CONSUMER.replace("{statement}", statement))
    assert [each["symptom"] for each in findings(project, rule)] == [symptom]


@pytest.mark.parametrize(
    ("callback", "symptom"),
    [
        ("ChatConsumer", "object ChatConsumer can't be used in 'await' expression"),
        (
            "ChatConsumer.as_asgi",
            "TypeError: ChatConsumer.as_asgi() takes 1 positional argument but 4 were given",
        ),
        (
            "ChatConsumer.as_view()",
            "AttributeError: type object 'ChatConsumer' has no attribute 'as_view'",
        ),
    ],
)
def test_a_route_has_the_error_of_what_it_leads_to(callback, symptom, project):
    change(project, "config/routing.py", "ChatConsumer.as_asgi()", callback)
    assert [each["symptom"] for each in findings(project, "as-asgi-missing")] == [symptom]


@pytest.mark.parametrize(
    ("name", "symptom"),
    [
        ("config.asgy.application", "ImproperlyConfigured: Cannot import ASGI_APPLICATION module"),
        ("config.asgi.app", "Cannot find 'app' in ASGI_APPLICATION module config.asgi"),
        (
            "config.routing.websocket_urlpatterns",
            "TypeError: 'list' object is not callable",
        ),
    ],
)
def test_an_application_has_the_error_of_its_name(name, symptom, project):
    change(project, "config/settings.py", "config.asgi.application", name)
    found = findings(project, "asgi-application-import")
    assert [each["symptom"] for each in found] == [symptom]


@pytest.mark.parametrize(
    ("statement", "symptom"),
    [
        ("from channels.http import AsgiHandler", "No module named 'channels.http'"),
        ("from channels import Group", "cannot import name 'Group' from 'channels'"),
        (
            "from channels.routing import route",
            "cannot import name 'route' from 'channels.routing'",
        ),
    ],
)
def test_an_old_name_has_the_error_of_its_import(statement, symptom, project):
    write(project, chat__old_dot_py=f"{statement}\n")
    change(project, "config/asgi.py", "import os\n", "import os\nimport chat.old\n")
    (found,) = findings(project, "channels-leftovers")
    assert found["symptom"].endswith(symptom)


@pytest.mark.parametrize(
    ("method", "symptom"),
    [
        ("receive(self, content)", "receive() got an unexpected keyword argument 'text_data'"),
        ("chat_message(self)", "chat_message() takes 1 positional argument but 2 were given"),
        ("chat_message(self, a, b)", "chat_message() missing 1 required positional argument: 'b'"),
        (
            "chat_message(self, a, *, b)",
            "chat_message() missing 1 required keyword-only argument: 'b'",
        ),
    ],
)
def test_a_method_has_the_error_of_its_own_arguments(method, symptom, project):
    send = 'await self.channel_layer.group_send("chat", {"type": "chat.message"})'
    text = CONSUMER.replace("{statement}", send).replace("(self, event)", "(self, event=None)")
    name = method.partition("(")[0]
    lines = [
        f"    async def {method}:" if f"def {name}(" in line else line for line in text.split("\n")
    ]
    write(project, chat__consumers_dot_py="\n".join(lines))
    found = findings(project, "method-arguments")
    assert [each["symptom"] for each in found] == [f"TypeError: ChatConsumer.{symptom}"]


def test_a_missing_layer_has_the_error_of_the_method_that_is_called(project):
    call = 'await self.channel_layer.group_add("chat", self.channel_name)'
    write(project, chat__consumers_dot_py=CONSUMER.replace("{statement}", call))
    change(project, "config/settings.py", "CHANNEL_LAYERS", "OTHER")
    [found] = findings(project, "layer-setting-missing")
    assert found["symptom"] == "'NoneType' object has no attribute 'group_add'"


@pytest.mark.parametrize(
    ("backend", "layer"),
    [
        ("channels_redis.core.RedisChannelLayer", "RedisChannelLayer"),
        ("channels_redis.pubsub.RedisPubSubChannelLayer", "RedisPubSubLoopLayer"),
        ("channels_realtime.layers.redis.CoreLayer", "RedisChannelLayer"),
    ],
)
def test_a_call_of_the_layer_has_the_error_of_the_layer_in_the_settings(backend, layer, project):
    call = 'await self.channel_layer.group_add("chat")'
    write(project, chat__consumers_dot_py=CONSUMER.replace("{statement}", call))
    layers = f'CHANNEL_LAYERS = {{"default": {{"BACKEND": "{backend}"}}}}\nLAST'
    change(project, "config/settings.py", "CHANNEL_LAYERS", layers)
    [found] = findings(project, "call-arguments")
    assert found["symptom"].startswith(f"TypeError: {layer}.group_add() missing 1")


def test_a_call_of_a_plain_consumer_has_the_error_of_its_own_base_class(project):
    text = CONSUMER.replace("{statement}", "self.close(1, 2, 3)").replace("AsyncW", "W")
    write(project, chat__consumers_dot_py=text.replace("async def", "def").replace("await ", ""))
    [found] = findings(project, "call-arguments")
    assert found["symptom"].startswith("TypeError: WebsocketConsumer.close() takes from 1 to 3")


def symptoms_of_hosts(project, hosts, rule):
    settings = project / "config/settings.py"
    settings.write_text(f"{settings.read_text()}\nimport os\n{hosts_file(hosts)}")
    write(project, requirements_dot_txt="channels-redis==4.3.0\nredis==8.1.0\n")
    return [each["symptom"] for each in findings(project, rule)]


@pytest.mark.parametrize(
    ("hosts", "server"),
    [
        ('["redis://:secret@cache.internal:7000/3"]', " cache.internal:7000"),
        ('["rediss://cache.internal"]', " cache.internal:6379"),
        ('["unix:///run/redis.sock?db=1"]', " /run/redis.sock"),
        ('[("cache", 6380)]', " cache:6380"),
        ('[{"host": "cache", "db": 4}]', " cache:6379"),
        ('[{"address": "redis://a", "socket_timeout": None}, "redis://b"]', " b:6379"),
        ('[{"sentinels": [("a", 1)], "master_name": "m"}]', ""),
        ('[os.environ["URL"]]', ""),
        ("[]", " localhost:6379"),
    ],
)
def test_a_time_limit_has_the_server_of_the_hosts(hosts, server, project):
    [symptom] = symptoms_of_hosts(project, hosts, "redis-socket-timeout")
    assert symptom == f"redis.exceptions.TimeoutError: Timeout reading from{server}"


@pytest.mark.parametrize(
    ("hosts", "error"),
    [
        ('["redis:/cache:7000"]', "Error 111 connecting to localhost:6379."),
        ('["redis:///cache:7000"]', ""),
        ('["redis://reddis://cache"]', "Error -2 connecting to reddis:6379. "),
        ('[("redis://cache", 7000)]', "Error -2 connecting to redis://cache:7000. "),
    ],
)
def test_a_wrong_host_has_the_error_of_the_server_that_redis_py_reads(hosts, error, project):
    found = symptoms_of_hosts(project, hosts, "redis-hosts")
    start = "redis.exceptions.ConnectionError: "
    assert [each.partition("Name")[0] for each in found] == [start + error] * bool(error)
