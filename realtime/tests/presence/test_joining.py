"""Sockets of one process in a group: what they are sent, and what is refused."""

import asyncio

import msgspec
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import InMemoryChannelLayer
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.urls import path

from channels_realtime import asgi, presence
from channels_realtime.consumers import MessageConsumer
from channels_realtime.hub.cleanup import Cleanup
from channels_realtime.presence import group as presence_group
from channels_realtime.presence.messages import encode_meta
from channels_realtime.presence.registry import current_presence
from channels_realtime.presence.stores import MemoryStore
from channels_realtime.testing.waiting import wait_until
from support.import_graph import NAME, module_graph
from support.presence_consumer import Name, PresenceConsumer

GROUP = "test.presence"


@pytest.fixture
def open_as(open_socket, monkeypatch):
    """Return a function that opens a socket of a user in the group."""
    route = path("ws/presence/<str:group>/<str:user>/", PresenceConsumer.as_asgi())
    monkeypatch.setattr(asgi, "extra_routes", [route])

    async def open_as(user, group=GROUP):
        return await open_socket(f"/ws/presence/{group}/{user}/")

    return open_as


@pytest.fixture
def join(open_as):
    """Return a function that opens a socket, and receives its first frame, the state."""

    async def join(user, group=GROUP):
        socket = await open_as(user, group)
        socket.state = await socket.receive_json_from()
        assert (socket.state["type"], socket.state["group"]) == ("presence.state", group)
        return socket

    return join


def member(user, sockets=1, name=""):
    return {"user": user, "sockets": sockets, "meta": {"name": name or user}}


async def receive_diff(socket):
    diff = await socket.receive_message("presence.diff")
    assert diff["group"] == GROUP
    return diff["joins"], diff["leaves"]


async def test_a_socket_gets_everybody_once_and_then_changes(join):
    alice = await join("alice")
    assert alice.state["members"] == [member("alice")]
    bob = await join("bob")
    assert bob.state["members"] == [member("alice"), member("bob")]
    assert await receive_diff(alice) == ([member("bob")], [])
    await bob.disconnect()
    assert await receive_diff(alice) == ([], ["bob"])
    assert await alice.receive_nothing()


async def test_several_tabs_of_a_user_are_one_member(join):
    first, second = await join("alice"), await join("alice")
    assert second.state["members"] == [member("alice", 2)]
    assert await receive_diff(first) == ([member("alice", 2)], [])
    await second.disconnect()
    assert await receive_diff(first) == ([member("alice")], [])


async def test_changes_at_the_same_time_are_one_frame_and_one_state(open_as, join):
    watcher = await join("watcher")
    sockets = [await open_as(f"user{number}") for number in range(20)]
    joins, leaves = await receive_diff(watcher)
    assert (len(joins), leaves) == (20, [])
    for socket in sockets:
        assert len((await socket.receive_json_from())["members"]) == 21
        assert socket.output_queue.empty()


async def test_joining_again_changes_the_meta_and_sends_no_second_state(join):
    alice, bob = await join("alice"), await join("bob")
    await receive_diff(alice)
    await alice.send_json_to({"type": "test.rename", "name": "Alice"})
    for socket in (alice, bob):
        assert await receive_diff(socket) == ([member("alice", 1, "Alice")], [])
        assert await socket.receive_nothing()


async def test_the_meta_is_that_of_the_latest_join_that_is_still_there(join):
    first, second, watcher = await join("alice"), await join("alice"), await join("watcher")
    await second.send_json_to({"type": "test.rename", "name": "Second"})
    assert await receive_diff(watcher) == ([member("alice", 2, "Second")], [])
    await second.disconnect()
    assert await receive_diff(watcher) == ([member("alice")], [])
    await first.disconnect()
    assert await receive_diff(watcher) == ([], ["alice"])


async def test_a_socket_can_leave_before_it_ends(join):
    alice, bob = await join("alice"), await join("bob")
    await receive_diff(alice)
    await bob.send_json_to({"type": "test.leave"})
    assert await receive_diff(alice) == ([], ["bob"])
    await bob.send_json_to({"type": "test.who"})
    assert (await bob.receive_json_from())["members"] == [member("alice")]


async def test_joining_and_leaving_again_and_again_keeps_one_callback():
    socket = QuietSocket()
    for _ in range(3):
        presence.join(socket, GROUP, Name("alice"))
        presence.leave(socket, GROUP)
    assert len(socket.cleanup._callbacks) == 1
    await wait_until(lambda: current_presence().find(GROUP) is None, "the group ends")


async def test_a_user_who_logs_out_of_an_open_socket_leaves_in_has_permission(
    connect, add_route, bob, join
):
    class GuestConsumer(MessageConsumer):
        login_required = False

        async def has_permission(self):
            if self.scope["user"].is_anonymous:
                presence.leave(self, GROUP)
            return True

        async def connect(self):
            presence.join(self, GROUP, Name("bob"))

    socket = await connect(add_route(GuestConsumer), bob)
    await socket.receive_message("presence.state")
    watcher = await join("watcher")
    await receive_diff(socket)
    bob.is_active = False
    await bob.asave()
    assert await receive_diff(watcher) == ([], [str(bob.pk)])
    assert await socket.is_open()


async def test_groups_do_not_mix(join):
    alice, other = await join("alice"), await join("bob", "test.other")
    assert other.state["members"] == [member("bob")]
    assert await alice.receive_nothing()


async def test_nothing_remains_of_a_group_that_all_have_left(join):
    for socket in [await join("alice"), await join("bob")]:
        await socket.disconnect()
    await wait_until(lambda: current_presence().find(GROUP) is None, "the group is forgotten")
    assert await presence.list(GROUP) == []
    assert (await join("carol")).state["members"] == [member("carol")]


async def test_views_and_other_code_list_a_group(join):
    await join("alice")
    await join("alice")
    expected = [presence.Member("alice", 2, {"name": "alice"})]
    assert await presence.list(GROUP) == expected
    assert await sync_to_async(async_to_sync(presence.list))(GROUP) == expected


async def test_a_socket_that_has_left_cannot_join(join):
    """A task that a consumer forgot must not leave a user in the group for ever."""
    socket = EndedSocket()
    presence.join(socket, GROUP, Name("alice"))
    assert await presence.list(GROUP) == []
    assert socket.frames == []


class User:
    pk, is_authenticated = 1, True


class QuietSocket:
    """A socket without a client."""

    def __init__(self):
        self.scope, self.frames = {"user": User()}, []
        self.connection, self.cleanup = self, Cleanup()

    def send(self, text):
        self.frames.append(text)


class EndedSocket(QuietSocket):
    """A socket that has left its groups."""

    def __init__(self):
        super().__init__()
        self.cleanup.run()


# What is refused


class Profile(msgspec.Struct):
    text: str


def test_meta_above_its_limit_is_refused_with_the_size_and_the_limit():
    limit = presence.MAX_META_BYTES
    assert encode_meta(Profile("é" * ((limit - 11) // 2)))
    with pytest.raises(ValueError, match=r"^Profile takes 513 bytes of JSON, and `meta` at most"):
        encode_meta(Profile("x" * (limit - 10)))


@pytest.mark.parametrize("meta", [{"name": "alice"}, "alice", None])
def test_meta_that_is_not_declared_is_refused(meta):
    with pytest.raises(
        TypeError, match=f"msgspec.Struct with declared fields, not {type(meta).__name__}"
    ):
        encode_meta(meta)


async def test_an_anonymous_user_is_refused(open_as, caplog):
    socket = await open_as("nobody")
    assert await socket.receive_close() == 1013
    assert "Presence shows users who are logged in" in caplog.text


async def test_an_invalid_group_name_is_refused():
    with pytest.raises(ValueError, match="is not a valid group name"):
        presence.join(EndedSocket(), "a b", Profile(""))
    with pytest.raises(ValueError, match="is not a valid group name"):
        await presence.list("café")


async def test_only_a_socket_in_the_group_may_relay(join):
    await join("alice")
    for group in (GROUP, "test.other"):
        with pytest.raises(ValueError, match="Join first"):
            await presence.relay(EndedSocket(), group, presence.EphemeralMessage())


class Rare(presence.EphemeralMessage, tag="test.rare"):
    rate = 0.001


async def test_the_limit_of_messages_holds_before_a_socket_has_the_state(monkeypatch):
    monkeypatch.setattr(MemoryStore, "processes", never)
    socket = QuietSocket()
    presence.join(socket, GROUP, Name("alice"))
    assert [await presence.relay(socket, GROUP, Rare()) for _ in range(3)] == [True, False, False]
    assert socket.frames == []
    socket.cleanup.run()


class OtherLayer(InMemoryChannelLayer):
    """A layer of another kind."""


@override_settings(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.BaseChannelLayer"}})
async def test_a_channel_layer_without_a_store_is_named():
    with pytest.raises(ImproperlyConfigured, match="in memory or in Redis, not BaseChannelLayer"):
        await presence.list(GROUP)


# What it costs


def test_the_rest_of_the_library_does_not_import_presence():
    package = f"{NAME}.presence"
    users = [module for module, used in module_graph().items() if any_below(package, used)]
    assert users
    assert [module for module in users if not module.startswith(package)] == []


def any_below(package, names):
    return any(name.startswith(package) for name in names)


async def test_nothing_runs_before_the_first_join_and_after_the_last_leave(join):
    assert current_presence()._renewal is None
    socket = await join("alice")
    assert current_presence()._renewal is not None
    await socket.disconnect()
    await wait_until(lambda: current_presence()._renewal is None, "it stops")


async def test_the_state_waits_for_a_slow_store_no_longer_than_the_limit(join, monkeypatch):
    monkeypatch.setattr(presence_group, "LOAD_TIMEOUT", 0.05)
    monkeypatch.setattr(MemoryStore, "processes", never)
    assert (await join("alice")).state["members"] == [member("alice")]


async def never(_, group):
    await asyncio.Event().wait()
