"""The session of a socket, and its user."""

import pytest
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client

from channels_realtime.auth.registry import current_registry
from channels_realtime.auth.sessions import open_session, session_from_cookie, session_user
from channels_realtime.testing.waiting import wait_until
from people.models import Person
from support.browsers import is_logged_in, log_in


@pytest.fixture
def session(alice):
    """A session of alice."""
    client = Client()
    client.force_login(alice)
    return client.session


def test_a_session_belongs_to_its_user(session, alice):
    assert session_user(session) == alice


def test_a_session_outlives_a_change_of_the_secret_key(session, alice, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    assert session_user(session) == alice
    assert Session.objects.filter(pk=session.session_key).exists()


def test_a_session_under_an_unknown_secret_key_is_anonymous_and_is_kept(session, settings):
    settings.SECRET_KEY = "a new key"
    assert not session_user(session).is_authenticated
    assert Session.objects.filter(pk=session.session_key).exists()


def test_a_changed_password_ends_a_session(session, alice):
    alice.set_password("new")
    alice.save()
    assert not session_user(session).is_authenticated


def test_an_inactive_user_is_anonymous(session, alice):
    alice.is_active = False
    alice.save()
    assert not session_user(session).is_authenticated


def test_an_empty_or_broken_session_is_anonymous(session):
    assert not session_user(open_session(None)).is_authenticated
    session["_auth_user_backend"] = "no.such.Backend"
    assert not session_user(session).is_authenticated


# Sockets


async def stored_session(browser):
    """Return the row of a browser's session."""
    key = browser.cookies["sessionid"].value
    return await Session.objects.filter(pk=key).values_list().aget()


@pytest.mark.parametrize(
    ("change", "value"),
    [("password", "!"), ("is_active", False), ("SECRET_KEY", "a new key"), (None, None)],
)
async def test_a_socket_never_changes_a_session(
    connect, members_path, checked, settings, bob, change, value
):
    browser = await log_in("bob")
    before = await stored_session(browser)
    socket = await connect(members_path, browser)
    if change == "SECRET_KEY":
        settings.SECRET_KEY = value
    elif change:
        await Person.objects.filter(pk=bob.pk).aupdate(**{change: value})
    current_registry().catch_up()
    if change:
        assert await socket.receive_close() == 4401
        assert await (await connect(members_path, browser)).receive_close() == 4401
    else:
        await wait_until(lambda: len(checked) == 2)
    assert await stored_session(browser) == before


async def test_sockets_outlive_a_change_of_the_secret_key(
    connect, members_path, checked, settings, bob
):
    browser = await log_in("bob")
    socket = await connect(members_path, browser)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    current_registry().catch_up()
    await wait_until(lambda: len(checked) == 2)
    assert await socket.is_open()
    assert await (await connect(members_path, browser)).is_open()
    assert await is_logged_in(browser)


@pytest.mark.parametrize("cookie", ["", "x", "é", "\x00", "x" * 5000, "'; --"])
async def test_an_invented_session_key_is_anonymous(connect, members_path, cookie):
    browser = AsyncClient()
    browser.cookies["sessionid"] = cookie
    assert await (await connect(members_path, browser)).receive_close() == 4401


def test_the_session_key_is_read_from_any_cookie_header():
    headers = [(b"cookie", b"a=b"), (b"x", b"y"), (b"cookie", b"sessionid=abcdefgh; c=d")]
    assert session_from_cookie({"headers": headers}).session_key == "abcdefgh"
