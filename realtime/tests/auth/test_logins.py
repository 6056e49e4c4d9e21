"""Logins: each is rechecked in its own way, and a socket closes when its login expires."""

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.base import SessionBase

from channels_realtime.auth.logins import SessionLogin
from channels_realtime.auth.registry import current_registry
from channels_realtime.auth.sessions import open_session
from channels_realtime.consumers import MessageConsumer
from channels_realtime.testing.waiting import wait_until
from people.logins import TokenLogin, authenticate
from people.models import Person, Token


def soon(**delay):
    return datetime.now(UTC) + timedelta(**delay)


@sync_to_async
def delete_without_signal(key):
    Token.objects.filter(pk=key)._raw_delete("default")


@pytest.fixture
def connect_by_token(connect, native_path):
    """Open a socket with a new token of a user."""

    async def open_with_token(user, path=native_path, **fields):
        token = await Token.objects.acreate(key=f"key-of-{user.username}", user=user, **fields)
        header = (b"authorization", f"Bearer {token.key}".encode())
        return await connect(path, origin=None, headers=[header]), token

    return open_with_token


@pytest.fixture
def native_path(add_native_route, checked):
    class MembersConsumer(MessageConsumer):
        async def has_permission(self):
            checked.append(self.scope["user"].username)
            return True

    return add_native_route(MembersConsumer, authenticate)


async def test_a_deleted_token_closes_its_sockets_and_no_other(
    connect_by_token, checked, alice, bob
):
    (socket, token), (other, _) = await connect_by_token(bob), await connect_by_token(alice)
    await token.adelete()
    assert await socket.receive_close() == 4401
    assert await other.is_open()
    assert checked == ["bob", "alice"]  # alice was not rechecked


async def test_a_socket_without_session_is_rechecked_and_stays_open(
    connect_by_token, checked, settings, bob
):
    settings.REALTIME_RECHECK_SECONDS = 0.5
    socket, _ = await connect_by_token(bob)
    await wait_until(lambda: len(checked) > 2)
    assert await socket.is_open()


async def test_a_token_deleted_without_a_signal_is_found_by_the_regular_recheck(
    connect_by_token, settings, bob
):
    settings.REALTIME_RECHECK_SECONDS = 0.5
    socket, token = await connect_by_token(bob)
    await delete_without_signal(token.pk)
    assert await socket.receive_close() == 4401


async def test_a_deactivated_user_loses_the_sockets_of_tokens(connect_by_token, bob):
    socket, _ = await connect_by_token(bob)
    bob.is_active = False
    await bob.asave()
    assert await socket.receive_close() == 4401


async def test_an_inactive_user_is_anonymous(connect_by_token, bob):
    bob.is_active = False
    await bob.asave()
    assert await (await connect_by_token(bob))[0].receive_close() == 4401


async def test_a_socket_does_not_go_to_another_user_with_its_token(connect_by_token, alice, bob):
    socket, token = await connect_by_token(bob)
    await Token.objects.filter(pk=token.pk).aupdate(user=alice)
    current_registry().catch_up()
    assert await socket.receive_close() == 4401


async def test_a_socket_closes_when_its_login_expires(connect_by_token, checked, bob):
    opened = datetime.now(UTC)
    socket, _ = await connect_by_token(bob, expires=soon(seconds=0.5))
    assert await socket.receive_close() == 4401
    assert timedelta(seconds=0.4) < datetime.now(UTC) - opened < timedelta(seconds=5)
    assert checked == ["bob"]  # without a recheck


async def test_an_expired_login_opens_no_socket(connect_by_token, bob):
    socket, _ = await connect_by_token(bob, expires=soon(seconds=-1))
    assert await socket.receive_close() == 4401


async def test_a_login_that_is_extended_closes_at_the_later_time(connect_by_token, checked, bob):
    socket, token = await connect_by_token(bob, expires=soon(seconds=0.5))
    token.expires = soon(seconds=1)
    await token.asave()
    current_registry().catch_up()
    await wait_until(lambda: len(checked) == 2)
    assert await socket.receive_close() == 4401
    assert datetime.now(UTC) >= token.expires


async def test_a_login_that_is_shortened_closes_at_the_next_recheck(connect_by_token, bob):
    socket, token = await connect_by_token(bob, expires=soon(hours=1))
    await Token.objects.filter(pk=token.pk).aupdate(expires=soon(seconds=-1))
    current_registry().catch_up()
    assert await socket.receive_close() == 4401


async def test_where_no_login_is_required_a_user_is_anonymous_when_the_login_expires(
    connect_by_token, add_native_route, monkeypatch, bob
):
    class PublicConsumer(MessageConsumer):
        login_required = False

        async def has_permission(self):
            seen.append((self.scope["user"].username, self.scope["login"] is None))
            return True

    seen: list[tuple[str, bool]] = []
    path = add_native_route(PublicConsumer, authenticate)
    socket, _ = await connect_by_token(bob, path, expires=soon(seconds=0.3))
    monkeypatch.setattr(TokenLogin, "load", lambda key: 1 / 0)  # also without the database
    await wait_until(lambda: seen == [("bob", False), ("", True)])
    assert await socket.is_open()


async def test_a_socket_without_a_login_is_rechecked_until_its_permission_is_known(
    connect_by_token, add_native_route, bob
):
    class PublicConsumer(MessageConsumer):
        login_required = False

        async def has_permission(self):
            answers.append(next(results))
            return answers[-1] if isinstance(answers[-1], bool) else 1 / 0

    answers: list[bool | str] = []
    results = iter([True, "unknown", False])
    path = add_native_route(PublicConsumer, authenticate)
    socket, token = await connect_by_token(bob, path)
    await token.adelete()
    await wait_until(lambda: len(answers) == 2)
    assert await socket.is_open()
    current_registry().catch_up()
    assert await socket.receive_close() == 4403


async def test_a_permission_that_depends_on_the_session_is_lost_with_it(connect, add_route, bob):
    class VerifiedConsumer(MessageConsumer):
        async def has_permission(self):
            sessions.append(self.scope["session"])
            return await sync_to_async(self.scope["session"].get)("refused") is None

    sessions: list[SessionBase] = []
    socket = await connect(add_route(VerifiedConsumer), bob)
    session = open_session(sessions[0].session_key)
    await sync_to_async(session.__setitem__)("refused", True)
    await session.asave()
    current_registry().catch_up()
    assert await socket.receive_close() == 4403


async def test_a_closed_socket_leaves_no_timer(connect_by_token, add_native_route, bob):
    class TimedConsumer(MessageConsumer):
        async def connect(self):
            sockets.append(self)

    sockets: list[TimedConsumer] = []
    path = add_native_route(TimedConsumer, authenticate)
    socket, _ = await connect_by_token(bob, path, expires=soon(hours=1))
    await socket.disconnect()
    await wait_until(sockets[0]._access._timer.cancelled)


async def test_a_recheck_of_a_login_that_raises_once_closes_no_socket(
    connect_by_token, checked, bob, monkeypatch, caplog
):
    socket, token = await connect_by_token(bob)
    with monkeypatch.context() as broken:
        broken.setattr(TokenLogin, "load", lambda key: 1 / 0)
        current_registry().catch_up()
        await wait_until(lambda: "could not be rechecked" in caplog.text)
    assert await socket.is_open()
    await token.adelete()
    assert await socket.receive_close() == 4401


async def test_a_login_that_always_raises_closes_the_socket_with_1013(
    connect_by_token, bob, monkeypatch, settings
):
    settings.REALTIME_RECHECK_SECONDS = 0.2
    socket, _ = await connect_by_token(bob)
    monkeypatch.setattr(TokenLogin, "load", lambda key: 1 / 0)
    assert await socket.receive_close() == 1013


async def test_a_token_deleted_while_the_first_socket_opens_closes_it(
    connect_by_token, monkeypatch, bob
):
    """The first socket of a process subscribes to rechecks after its login was read."""
    subscribe = type(current_registry()).subscribe

    async def delete_and_subscribe(registry):
        await delete_without_signal("key-of-bob")
        await subscribe(registry)

    monkeypatch.setattr(type(current_registry()), "subscribe", delete_and_subscribe)
    assert await (await connect_by_token(bob))[0].receive_close() == 4401


def test_an_expiry_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="needs a time zone"):
        TokenLogin(Person(), "key", datetime(2026, 1, 1))  # noqa: DTZ001


async def test_a_session_is_a_login(connect, add_route, bob):
    class LoginConsumer(MessageConsumer):
        async def connect(self):
            logins.append(self.scope["login"])

    logins: list[SessionLogin] = []
    await connect(add_route(LoginConsumer), bob)
    assert type(logins[0]) is SessionLogin
    assert (logins[0].user, logins[0].expires) == (bob, None)
    again = await SessionLogin.load(logins[0].key)
    assert again is not None
    assert again.user == bob
    assert await SessionLogin.load("z" * 32) is None
