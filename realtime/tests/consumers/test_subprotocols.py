"""Subprotocols: a consumer declares those that it speaks, and a client that asks chooses one."""

import pytest

from channels_realtime.consumers import MessageConsumer


class VersionsConsumer(MessageConsumer):
    login_required = False
    subprotocols = ("chat.v1", "chat.v2")


class MembersConsumer(MessageConsumer):
    subprotocols = ("chat.v1",)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([], None),
        (["chat.v1"], "chat.v1"),
        (["chat.v2", "chat.v1"], "chat.v2"),  # the client's order is its preference
        (["chat.v9", "chat.v1"], "chat.v1"),
    ],
)
async def test_the_client_s_first_match_is_chosen(open_socket, add_route, offered, chosen):
    socket = await open_socket(add_route(VersionsConsumer), subprotocols=offered)
    assert (socket.accepted, socket.subprotocol) == (True, chosen)


@pytest.mark.parametrize("offered", [["chat.v9"], ["CHAT.V1"], ["chat"], [""]])
async def test_a_client_that_offers_only_others_is_refused(open_socket, add_route, offered, caplog):
    socket = await open_socket(add_route(VersionsConsumer), subprotocols=[*offered, "a-secret"])
    assert not socket.accepted
    assert "VersionsConsumer speaks, ['chat.v1', 'chat.v2']" in caplog.text
    assert "a-secret" not in caplog.text


async def test_a_consumer_that_speaks_none_refuses_a_client_that_offers_one(open_socket):
    assert not (await open_socket("/ws/echo/typed/", subprotocols=["chat.v1"])).accepted


async def test_a_refused_login_is_closed_with_its_code_and_the_subprotocol(connect, add_route):
    """Without the subprotocol a browser would end the connection before it sees the code."""
    socket = await connect(add_route(MembersConsumer), subprotocols=["chat.v1"])
    assert (socket.accepted, socket.subprotocol) == (True, "chat.v1")
    assert await socket.receive_close() == 4401


def test_a_text_instead_of_a_list_is_refused():
    with pytest.raises(TypeError, match=r"a list, \['chat.v1'\]"):
        type("Wrong", (MessageConsumer,), {"subprotocols": "chat.v1"})
