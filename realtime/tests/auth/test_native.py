"""Clients without Origin: only marked routes take them, and sessions do not count."""

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path, re_path

from channels_realtime import asgi
from channels_realtime.auth.native import bearer_token, native_clients, native_routes
from channels_realtime.consumers import MessageConsumer
from channels_realtime.testing.fixtures import session_cookie
from channels_realtime.testing.sockets import Socket
from people.consumers import TypedEchoConsumer
from people.logins import TokenLogin, authenticate
from people.models import Token

ORIGIN = b"http://localhost"


class NamesConsumer(MessageConsumer):
    """Record the users of its sockets."""

    login_required = False
    names: list[str] = []  # noqa: RUF012  (a test's own)

    async def connect(self):
        self.names.append(self.scope["user"].username)


@pytest.fixture
def names(monkeypatch):
    monkeypatch.setattr(NamesConsumer, "names", [])
    return NamesConsumer.names


@pytest.fixture
async def token(async_db, bob):
    await Token.objects.acreate(key="abc", user=bob)
    return (b"authorization", b"Bearer abc")


# Which routes


async def test_a_client_without_origin_gets_403_at_a_route_without_the_mark(
    open_socket, caplog, token
):
    socket = await open_socket("/ws/echo/typed/", origin=None, headers=[token])
    assert not socket.accepted
    assert "native_clients" in caplog.text


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"\xff"])
async def test_a_foreign_origin_is_refused_at_a_marked_route(
    connect, add_native_route, origin, token
):
    path = add_native_route(TypedEchoConsumer, authenticate)
    assert not (await connect(path, origin=origin, headers=[token])).accepted


@pytest.mark.parametrize("origins", [[b""], [b"", ORIGIN], [ORIGIN, ORIGIN], [b"x", ORIGIN]])
async def test_an_empty_origin_and_two_of_them_are_foreign(open_socket, add_native_route, origins):
    path = add_native_route(TypedEchoConsumer)
    headers = [(b"origin", each) for each in origins]
    assert not (await open_socket(path, origin=None, headers=headers)).accepted


@pytest.mark.parametrize(
    ("where", "expected"), [("/one/1/bot/", True), ("/b/a/", True), ("/one/1/page/", False)]
)
async def test_a_marked_route_inside_of_nested_routers_takes_native_clients(where, expected):
    echo = TypedEchoConsumer.as_asgi()
    inner = [path("bot/", native_clients(echo)), path("page/", echo)]
    marked = native_clients(URLRouter([path("a/", echo)]))
    nested = re_path("^one/", URLRouter([path("<int:n>/", URLRouter(inner))]))
    application = asgi.WebSocketStack([nested, path("b/", marked)])
    for headers, accepted in (([], expected), ([(b"origin", ORIGIN)], True)):
        socket = Socket(application, where, headers)
        assert (await socket.connect())[0] == accepted
        await socket.disconnect()


def test_routes_behind_a_router_that_may_refuse_are_left_out():
    class GuardedRouter(URLRouter):
        pass

    route = path("bot/", native_clients(TypedEchoConsumer.as_asgi()))
    assert native_routes([path("x/", GuardedRouter([route]))]) == []
    assert native_routes([path("x/", URLRouter([]))]) == []
    assert len(native_routes([path("x/", URLRouter([route]))])) == 1


async def test_a_plain_consumer_can_be_marked(connect, add_native_route, token):
    class PlainConsumer(AsyncWebsocketConsumer):
        channel_layer_alias = None

        async def connect(self):
            await self.accept()
            await self.send(self.scope["user"].username)

    socket = await connect(
        add_native_route(PlainConsumer, authenticate), origin=None, headers=[token]
    )
    assert await socket.receive_from() == "bob"


# Which user


async def test_a_client_without_origin_has_no_session(connect, add_native_route, names, bob):
    """A page whose Origin a proxy has removed must not act as its user."""
    await connect(add_native_route(NamesConsumer), bob, origin=None)
    assert names == [""]


async def test_a_page_of_an_allowed_origin_has_its_session_at_a_marked_route(
    connect, add_native_route, names, bob
):
    await connect(add_native_route(NamesConsumer, authenticate), bob)
    assert names == ["bob"]


async def test_a_token_precedes_the_session_of_the_same_handshake(
    connect, add_native_route, names, token, alice
):
    """An app that sends an Origin, as those of React Native do, may keep cookies as well."""
    route = add_native_route(NamesConsumer, authenticate)
    cookie = (b"cookie", await session_cookie(alice))
    await connect(route, headers=[token, cookie])
    await connect(route, headers=[(b"authorization", b"Bearer unknown"), cookie])
    assert names == ["bob", "alice"]


async def test_a_client_without_a_valid_token_is_closed_with_4401(connect, add_native_route):
    class MembersConsumer(MessageConsumer):
        pass

    path = add_native_route(MembersConsumer, authenticate)
    for headers in ([], [(b"authorization", b"Bearer unknown")]):
        assert await (await connect(path, origin=None, headers=headers)).receive_close() == 4401


async def test_the_hook_may_return_no_user(connect, add_native_route, names):
    from django.contrib.auth.models import AnonymousUser

    async def nobody(scope):
        return TokenLogin(AnonymousUser(), "")

    await connect(add_native_route(NamesConsumer, nobody), origin=None)
    assert names == [""]


async def test_the_log_has_the_name_of_a_token_s_user(connect, add_native_route, token, caplog):
    class FailingConsumer(MessageConsumer):
        async def connect(self):
            from channels_realtime.monitoring import logs

            seen.append(logs.current.get().user)

    seen: list[str] = []
    path = add_native_route(FailingConsumer, authenticate)
    await connect(path, origin=None, headers=[token])
    assert seen == ["bob"]


# The header


@pytest.mark.parametrize(
    ("values", "token"),
    [
        ([b"Bearer abc"], "abc"),
        ([b"bearer   a.b-c_d~e+f/g=="], "a.b-c_d~e+f/g=="),
        ([], None),
        ([b""], None),
        ([b"Bearer"], None),
        ([b"Bearer "], None),
        ([b"Token abc"], None),
        ([b"Bearer abc, Bearer def"], None),
        ([b"Bearer abc def"], None),
        ([b"Bearer abc\n"], None),
        ([b"Bearer a\0b"], None),
        ([b"Bearer \xc3\xa9"], None),
        ([b"Bearer =a"], None),
        ([b"Bearer abc", b"Bearer def"], None),
        ([b"Bearer abc", b"Bearer abc"], None),
    ],
)
def test_a_bearer_token_is_read_as_the_standard_says(values, token):
    headers = [(b"authorization", value) for value in values]
    assert bearer_token({"headers": [(b"host", b"x"), *headers]}) == token
