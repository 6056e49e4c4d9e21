"""What the rules for the values of messages report and ignore."""

import textwrap

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

MODELS = """
import uuid
from django.db import models


class Stamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Order(Stamped):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    title = models.CharField(max_length=9)
    scan = models.FileField()
    buyer = models.ForeignKey("auth.User", models.CASCADE, related_name="orders")

    @property
    def when(self):
        return self.created_at

    def describe(self):
        return {"price": self.price}

    def name(self):
        return {"title": self.title}


class Ticket(models.Model):
    code = models.UUIDField(primary_key=True, default=uuid.uuid4)


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    count = models.IntegerField()
"""
HEAD = """
import datetime as dt, enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.forms import model_to_dict
from chat.models import Line, Order, Ticket

STARTED = datetime.now()


@dataclass
class Point:
    x: int


class Level(enum.Enum):
    LOW = 1


class Name(str, enum.Enum):
    A = "a"


def now():
    return timezone.now()


def describe(order):
    return {"id": order.pk, "title": order.title}


@database_sync_to_async
def newest():
    return Order.objects.create(title="x")


def notify(payload):
    async_to_sync(get_channel_layer().group_send)("x", {"type": "chat.message", "data": payload})

"""
ORDER = "order = Order.objects.get(pk=1)\n"
LAYER_REDIS = {
    "config/settings.py": (
        '\nCHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer",'
        ' "CONFIG": {"hosts": [{"address": "redis://r", "socket_timeout": None}]}}}\n'
    )
}
UNCARRIED = [
    "datetime.now()",
    "dt.datetime.utcnow()",
    "timezone.now() + timedelta(1)",
    "timezone.now().date()",
    "timezone.now() - timezone.now()",
    "now()",
    "STARTED",
    "uuid.uuid4()",
    "getattr(order, 'buyer', None)",
    "getattr(order, 'price')",
    "Decimal('1.5')",
    "Decimal('1') * 2",
    "{1, 2}",
    "frozenset('ab')",
    "range(3)",
    "map(str, [1])",
    "_('text')",
    "Point(1)",
    "Level.LOW",
    "lambda: 1",
    "self.scope['user']",
    "self.scope['session']",
    "{'a': [datetime.now()]}",
    "{'a': {1: 2}}",
    "{order.lines.count(): 1}",
    "{place: each.title for place, each in enumerate(Order.objects.all())}",
    "{place: 'x' for place in range(3)}",
    "{place: name for place, name in zip(range(3), 'abc')}",
    "[each for place, each in enumerate(order.lines.all())]",
    "dict(a=datetime.now())",
    "[each for each in Order.objects.all()]",
    "[each.created_at for each in Order.objects.all()]",
    "{each.title: each.price for each in Order.objects.all()}",
    "list(Order.objects.all())",
    "get_object_or_404(Order, pk=1)",
    "get_object_or_404(Order.objects.filter(pk=1))",
    "list(Order.objects.values('title', 'price'))",
    "list(Order.objects.values())",
    "Order.objects.filter(title='x')",
    "room.messages.filter(read=False)",
    "room.messages.values('text')",
    "order",
    "order.pk",
    "order.created_at",
    "order.when",
    "order.describe()",
    "order.scan",
    "order.buyer",
    "order.buyer.last_login",
    "order.buyer.orders.first().price",
    "order.lines.all()",
    "order.lines.first().order_id",
    "model_to_dict(order)",
    "model_to_dict(order, fields=['title', 'price'])",
    "datetime.now() if self.x else None",
    "self.started",
    "Ticket.objects.first().pk",
    "Ticket.objects.first().code",
    "order.created_at if isinstance(order.created_at, datetime) else 'never'",
]
CARRIED = [
    "getattr(order, 'title', None)",
    "getattr(order, 'price', 0)",
    "getattr(order, 'buyer_id', None)",
    "Ticket.objects.first().id",
    "str(order.scan) if isinstance(order.created_at, datetime) else order.created_at",
    "order.price if hasattr(order.price, 'title') else None",
    "datetime.now().isoformat()",
    "str(uuid.uuid4())",
    "float(Decimal('1.5'))",
    "timezone.now().timestamp()",
    "sorted({1, 2})",
    "list(range(3))",
    "(1, b'x', None, True)",
    "f'{datetime.now()}'",
    "Name.A",
    "str(_('text'))",
    "{'1': 2}",
    "{each.title: place for place, each in enumerate(Order.objects.all())}",
    "{name: place for place, name in enumerate('abc')}",
    "{name: place for name, place in pairs}",
    "{place: name for place, *name in enumerate('abc')}",
    "[name for name, each in zip('abc', Order.objects.all())]",
    "{b'a': 2}",
    "order.title",
    "order.name()",
    "str(order.pk)",
    "order.scan.url",
    "order.buyer.username",
    "order.buyer_id",
    "order.lines.count()",
    "list(Order.objects.values('title'))",
    "list(Line.objects.values_list('count', flat=True))",
    "[str(each.pk) for each in Order.objects.all()]",
    "model_to_dict(order, fields=['title'])",
    "self.unknown",
    "self.both",
    "text_data",
    "json.loads(text_data)",
    "elsewhere()",
    "unknown.created_at",
    "data.values()",
]


def consumer(body, name="receive", base="WebsocketConsumer", arguments="text_data=None"):
    """Return a consumer with a method, and with attributes of several kinds."""
    members = """
        def chat_message(self, event):
            self.started = datetime.now()
            self.both = 1

        def other(self, event):
            self.both = datetime.now()
    """
    return (
        HEAD
        + method(body, base, name, arguments)
        + "\n"
        + textwrap.indent(textwrap.dedent(members), "    ")
    )


def sent(value):
    """Return a consumer that sends a value to a group."""
    message = f"{{'type': 'chat.message', 'value': {value}}}"
    return consumer(f"{ORDER}async_to_sync(self.channel_layer.group_send)('x', {message})")


def layer_values(folder, text):
    return report(folder, "layer-value", text, LAYER_REDIS, models=MODELS)


@pytest.mark.parametrize("value", UNCARRIED)
def test_a_value_that_the_layer_does_not_carry_is_an_error(tmp_path, value):
    assert "error" in layer_values(tmp_path, sent(value))


@pytest.mark.parametrize("value", CARRIED)
def test_a_value_that_the_layer_carries_or_whose_kind_is_unknown_is_ignored(tmp_path, value):
    assert layer_values(tmp_path, sent(value)) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("event = {'type': 'chat.message'}\nevent['at'] = now()\nSEND('x', event)", 1),
        ("event = {'type': 'chat.message'}\nevent.update({'at': now()})\nSEND('x', event)", 1),
        ("event = {'type': 'chat.message'}\nevent.update(at=now())\nSEND('x', event)", 1),
        ("SEND('x', {'type': 'chat.message', **{'at': now()}})", 1),
        ("SEND('x', {'type': 'chat.message'} | {'at': now()})", 1),
        ("SEND('x', {'type': 'chat.message', 'order': describe(Order.objects.first())})", 1),
        ("notify({'at': now()})", 1),
        ("notify(now())", 1),
        ("notify({'at': '1'})", 0),
        ("try:\n    pass\nexcept ValueError as e:\n    notify({'error': e})", 1),
        ("try:\n    pass\nexcept ValueError as e:\n    notify({'error': str(e)})", 0),
        ("SEND('x', 'text')", 1),
        ("SEND('x', [1])", 1),
        ("SEND('x', Order.objects.first())", 1),
        ("SEND('x', json.loads(text_data))", 0),
        ("for order in Order.objects.all():\n    notify({'at': order.created_at})", 1),
        (
            "at = now()\nif isinstance(at, datetime):\n    at = at.isoformat()\nnotify({'at': at})",
            0,
        ),
        (
            (
                "at = now()\nif isinstance(at, datetime):\n    return\n"
                "notify({'at': at, 'x': 'y' if isinstance(at, str) else at})"
            ),
            0,
        ),
        ("at = now()\nif isinstance(at, datetime):\n    notify({'at': at})", 1),
        ("event = now()\nevent = {'type': 'chat.message'}\nSEND('x', event)", 0),
        ("at, text = now(), 'x'\nnotify({'at': at})", 1),
        ("at, text = now(), 'x'\nnotify({'at': text})", 0),
        ("at, *text = now(), 'x'\nnotify({'at': at})", 0),
        ("at, text = *names, now()\nnotify({'at': text})", 0),
        ("at, text = read()\nnotify({'at': at})", 0),
        ("at, text = now(), 'x'\nat = at.isoformat()\nnotify({'at': at})", 0),
        ("key, text = int('1'), 'x'\nnotify({'points': {key: text}})", 1),
        ("key, text = int('1'), 'x'\nnotify({'points': {text: key}})", 0),
    ],
)
def test_a_message_is_followed_through_variables_and_functions(tmp_path, body, count):
    body = body.replace("SEND(", "async_to_sync(self.channel_layer.group_send)(")
    assert len(layer_values(tmp_path, consumer(body))) == count


def test_an_awaited_function_of_the_project_tells_the_kind(tmp_path):
    message = "{'type': 'y', 'key': (await newest()).pk}"
    body = f"await self.channel_layer.group_send('x', {message})"
    assert layer_values(tmp_path, consumer(body, base="AsyncWebsocketConsumer")) == ["error"]


def test_the_layer_in_memory_carries_every_value(tmp_path):
    memory = {"config/settings.py": '\nCHANNEL_LAYERS = {"default": {"BACKEND": "%s"}}\n'}
    memory["config/settings.py"] %= "channels.layers.InMemoryChannelLayer"
    text = sent("datetime.now()")
    assert report(tmp_path, "layer-value", text, memory, models=MODELS) == []


def test_the_tuples_of_a_query_that_nothing_names_are_no_instances(tmp_path):
    body = "self.channel_layer.group_send('x', {'type': 'y', 'ids': %s})"
    ids = body % "list(post.attachments.values_list('id', flat=True))"
    assert layer_values(tmp_path / "ids", consumer(ids)) == []
    every = body % "list(post.attachments.order_by('id'))"
    assert layer_values(tmp_path / "every", consumer(every)) == ["error"]


def test_the_receiver_of_a_signal_gets_an_instance(tmp_path):
    signals = """
    from asgiref.sync import async_to_sync
    from channels.layers import get_channel_layer
    from django.db.models.signals import post_save
    from django.dispatch import receiver
    from chat.models import Order

    @receiver(post_save, sender=Order)
    def saved(sender, instance, **kwargs):
        event = {"type": "chat.message", "price": instance.price}
        async_to_sync(get_channel_layer().group_send)("x", event)
    """
    found = report(tmp_path, "layer-value", "", LAYER_REDIS, models=MODELS, signals=signals)
    assert found == ["error"]


def test_the_fix_converts_the_value(tmp_path):
    layer_values(tmp_path, consumer("notify({'at': now()})"))
    [found] = RULES["layer-value"].check(Project(str(tmp_path)))
    assert found.fix == "-notify({'at': now()})\n+notify({'at': now().isoformat()})"


@pytest.mark.parametrize(
    ("call", "severities"),
    [
        ("self.send(text_data={'a': 1})", ["error"]),
        ("self.send({'a': 1})", ["error"]),
        ("self.send([1])", ["error"]),
        ("self.send(text_data=b'x')", ["error"]),
        ("self.send(text_data=json.dumps({}).encode())", ["error"]),
        ("self.send(text_data=3)", ["error"]),
        ("self.send(text_data=describe(1))", ["error"]),
        ("self.send(text_data=OrderSerializer(1).data)", ["error"]),
        ("self.send(text_data=json.loads(text_data))", ["warning"]),
        ("self.send(bytes_data='x')", ["error"]),
        ("self.send(bytes_data=json.dumps({}))", ["error"]),
        ("self.send_json(json.dumps({}))", ["warning"]),
        ("self.send('x')", []),
        ("self.send(text_data)", []),
        ("self.send(text_data=json.dumps({}))", []),
        ("self.send(bytes_data=json.dumps({}).encode())", []),
        ("self.send(text_data=text_data, bytes_data=None)", []),
        ("self.send(text_data=self.unknown)", []),
        ("self.send(text_data=json.loads(text_data)['message'])", []),
        ("self.send_json({'a': 1})", []),
        ("self.send_json('text')", []),
    ],
)
def test_what_is_neither_text_nor_bytes_is_reported(tmp_path, call, severities):
    text = consumer(call, base="JsonWebsocketConsumer")
    assert report(tmp_path, "send-value", text, models=MODELS) == severities


@pytest.mark.parametrize(
    ("key", "symptom"),
    [
        ("1", "ValueError: int is not allowed for map key when strict_map_key=True"),
        ("None", "ValueError: NoneType is not allowed for map key when strict_map_key=True"),
        ("timezone.now()", "TypeError: can not serialize 'datetime.datetime' object"),
    ],
)
def test_a_key_that_is_no_text_has_the_error_for_its_class(tmp_path, key, symptom):
    text = consumer(f"notify({{{key}: 2}})", base="JsonWebsocketConsumer")
    report(tmp_path, "layer-value", HEAD + text, models=MODELS, more=LAYER_REDIS)
    [found] = RULES["layer-value"].check(Project(str(tmp_path)))
    assert found.symptom == symptom


@pytest.mark.parametrize(
    ("argument", "symptom"),
    [
        ("{'a': 1}", "AttributeError: 'dict' object has no attribute 'encode'"),
        ("text_data=[1]", "AttributeError: 'list' object has no attribute 'encode'"),
        ("(1, 2)", "AttributeError: 'tuple' object has no attribute 'encode'"),
        ("text_data=b'x'", "AttributeError: 'bytes' object has no attribute 'encode'"),
        ("json.loads(text_data)", "object has no attribute 'encode'"),
        ("bytes_data='x'", '"payload" must have type bytes'),
    ],
)
def test_a_wrong_value_has_the_error_for_its_class(tmp_path, argument, symptom):
    text = consumer(f"self.send({argument})", base="JsonWebsocketConsumer")
    report(tmp_path, "send-value", text, models=MODELS)
    [found] = RULES["send-value"].check(Project(str(tmp_path)))
    assert found.symptom == symptom


@pytest.mark.parametrize(
    ("script", "severities"),
    [
        ("const data = JSON.parse(JSON.parse(e.data));", []),
        ("const data = JSON.parse(e.data);\nif (data) { show(JSON.parse(data)); }", []),
        ("const data = JSON.parse(e.data);\nshow(data, JSON.parse(saved));", ["warning"]),
        ("// JSON.parse(JSON.parse(e.data))\nconst data = JSON.parse(e.data);", ["warning"]),
    ],
)
def test_a_page_that_parses_twice_gets_json_in_json(tmp_path, script, severities):
    text = consumer("self.send_json(json.dumps({}))", base="JsonWebsocketConsumer")
    (tmp_path / "static").mkdir(parents=True)
    (tmp_path / "static/chat.js").write_text(script)
    assert report(tmp_path, "send-value", text, models=MODELS) == severities


@pytest.mark.parametrize(
    ("name", "severities"),
    [("chat_message", ["error"]), ("receive_json", ["warning"]), ("other", [])],
)
def test_an_event_is_no_text(tmp_path, name, severities):
    sends = "\n\ndef send():\n    notify({'type': 'chat.message'})\n"
    text = method("self.send(given)", "JsonWebsocketConsumer", name, "given")
    assert report(tmp_path, "send-value", HEAD + text + sends, models=MODELS) == severities


@pytest.mark.parametrize(
    ("sent", "body", "severities"),
    [
        ("{'a': 1}", "self.send(event['body'])", ["error"]),
        ("{'a': 1}", "body = event.get('body')\nself.send(text_data=body)", ["error"]),
        ("['a']", "self.send(event['body'])", ["error"]),
        ("'text'", "self.send(event['body'])", []),
        ("body", "self.send(event['body'])", []),
        ("{'a': 1}", "event = json.loads(event['body'])\nself.send(event['body'])", []),
        ("{'a': 1}", "self.send(event['other'])", []),
    ],
)
def test_an_item_of_an_event_has_the_kind_that_is_sent(tmp_path, sent, body, severities):
    message = f"{{'type': 'chat.message', 'body': {sent}}}"
    send = f"async_to_sync(get_channel_layer().group_send)('x', {message})"
    text = method(body, "WebsocketConsumer", "chat_message", "event")
    text += f"\n\ndef send(body):\n    {send}\n"
    assert report(tmp_path, "send-value", text) == severities


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("self.send_json({'at': datetime.now()})", 1),
        ("self.send_json(Order.objects.values('title'))", 1),
        ("self.send_json([each.pk for each in Order.objects.all()])", 1),
        ("self.send(json.dumps({'at': datetime.now()}))", 1),
        ("self.send(json.dumps(self.scope['user']))", 1),
        ("self.send_json([each.pk for each in Order.objects.filter(pk__gt=1)[:9]])", 1),
        ("self.send_json({'at': Order.objects.order_by('title')[0].created_at})", 1),
        ("self.send_json({'title': Order.objects.order_by('title')[0].title})", 0),
        ("self.send_json({'raw': b'x'})", 1),
        ("self.send_json({(1, 2): 'x'})", 1),
        ("self.send_json({1: 'x', 'user': self.scope['user'].pk})", 0),
        ("self.send(json.dumps({'at': datetime.now()}, default=str))", 0),
        ("self.send(json.dumps({'at': datetime.now()}, cls=DjangoJSONEncoder))", 0),
        ("self.send(json.dumps({'at': datetime.now()}, **options))", 0),
    ],
)
def test_a_value_without_a_form_in_json_is_reported(tmp_path, call, count):
    text = consumer(call, base="JsonWebsocketConsumer")
    assert len(report(tmp_path, "json-value", text, models=MODELS)) == count


def test_the_rows_of_a_query_set_have_a_form_in_json(tmp_path):
    text = consumer("self.send_json(Order.objects.values('title'))", base="JsonWebsocketConsumer")
    report(tmp_path, "json-value", text, models=MODELS)
    (finding,) = RULES["json-value"].check(Project(str(tmp_path)))
    assert "list(….values())" in finding.fix


def test_an_own_encoder_may_know_more(tmp_path):
    text = consumer("self.send_json({'at': datetime.now()})", base="JsonWebsocketConsumer")
    text += (
        "\n    @classmethod\n    def encode_json(cls, content):\n        return dumps(content)\n"
    )
    assert report(tmp_path, "json-value", text, models=MODELS) == []


@pytest.mark.parametrize(
    ("config", "count"),
    [("unknown()", 1), ('{"serializer_format": "json"}', 0), ('{"serializer_format": FORMAT}', 0)],
)
def test_another_serializer_may_carry_other_values(tmp_path, config, count):
    settings = (
        '\nCHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer",'
        f' "CONFIG": {config}}}}}\n'
    )
    text = sent("datetime.now()")
    found = report(tmp_path, "layer-value", text, {"config/settings.py": settings}, models=MODELS)
    assert len(found) == count


@pytest.mark.parametrize(("body", "count"), [("'text'", 1), ("json.dumps({})", 1), ("b'x'", 0)])
def test_the_body_of_an_http_response_is_bytes(tmp_path, body, count):
    head = "from channels.generic.http import AsyncHttpConsumer\n"
    text = method(f"await self.send_response(200, {body})", "AsyncHttpConsumer", "handle", "body")
    assert len(report(tmp_path, "send-value", head + text, models=MODELS)) == count


@pytest.mark.parametrize(
    ("use", "is_diff"),
    [
        ("await self.send(event['at'])", True),
        ("await self.store(event['at'].year)", False),
        ("await self.send(forecast(event['at']))", False),
    ],
)
def test_a_handler_that_computes_with_a_value_has_to_convert_it_back(tmp_path, use, is_diff):
    text = (
        "from django.utils.timezone import now\n\n\n"
        + method("await self.channel_layer.group_send('x', {'type': 'quiz.end', 'at': now()})")
        + f"\n    async def quiz_end(self, event):\n        {use}\n"
    )
    layer_values(tmp_path, text)
    [found] = RULES["layer-value"].check(Project(str(tmp_path)))
    assert found.fix.startswith("-") is is_diff
    assert ("convert it back in `quiz_end()`" in found.fix) is not is_diff
