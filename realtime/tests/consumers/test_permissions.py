"""Who can open a socket."""

import pytest

from support.repeat_consumer import (
    GROUP,
    RepeatConsumer,
    UserRepeatConsumer,
    groups,
    said,
    say,
    send_event,
)


async def test_an_anonymous_client_is_accepted_and_closed_with_4401(open_socket, add_route):
    socket = await open_socket(add_route(UserRepeatConsumer))
    assert socket.accepted
    assert await socket.receive_close() == 4401


async def test_an_authenticated_user_can_connect(connect, add_route, alice):
    socket = await connect(add_route(UserRepeatConsumer), alice)
    await socket.send_json_to(say("hello"))
    assert await socket.receive_json_from() == said("hello")


async def test_a_user_without_permission_is_closed_with_4403_and_never_subscribed(
    connect, add_route, alice
):
    seen = []

    class ClubConsumer(UserRepeatConsumer):
        async def has_permission(self):
            seen.append(groups())
            return False

    socket = await connect(add_route(ClubConsumer), alice)
    await send_event("test.repeat", text="a secret")
    assert socket.accepted
    assert await socket.receive_close() == 4403
    assert seen == [set()]
    assert not groups()


async def test_get_groups_can_use_what_has_permission_has_read(connect, add_route, alice):
    class RoomConsumer(UserRepeatConsumer):
        async def has_permission(self):
            self.room = GROUP
            return True

        def get_groups(self):
            return [self.room]

    path = add_route(RoomConsumer)
    assert await (await connect(path)).receive_close() == 4401
    socket = await connect(path, alice)
    await send_event("test.repeat", text="hello")
    assert await socket.receive_json_from() == said("hello")


@pytest.mark.parametrize("name", ["has_permission", "connect", "get_groups"])
async def test_an_exception_while_opening_closes_the_socket_with_1013(
    open_socket, add_route, monkeypatch, caplog, name
):
    class BrokenConsumer(RepeatConsumer):
        pass

    monkeypatch.setattr(BrokenConsumer, name, lambda self: 1 / 0)
    assert await (await open_socket(add_route(BrokenConsumer))).receive_close() == 1013
    assert "ZeroDivisionError" in caplog.text
    assert not groups()
