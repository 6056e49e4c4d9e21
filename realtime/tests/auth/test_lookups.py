"""The users of handshakes that wait at the same moment."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from channels_realtime.auth import lookups
from channels_realtime.auth.lookups import UserLookups, current_lookups, find_users
from channels_realtime.auth.sessions import open_session
from channels_realtime.testing.waiting import LIMIT, wait_until
from support.async_helpers import let_run


class NoSuperusersBackend(ModelBackend):
    """A backend of a project, which loads users in its own way."""

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return None if user is None or user.is_superuser else user


class OnlyBobBackend(ModelBackend):
    """A backend that loads users as Django's does, and refuses some."""

    def user_can_authenticate(self, user):
        return user.username == "bob"


def log_in(user, backend=""):
    """Return the key of a new session."""
    client = Client()
    client.force_login(user, backend or "django.contrib.auth.backends.ModelBackend")
    return client.session.session_key


def open_all(*keys):
    return [open_session(key) for key in keys]


def names(users):
    return [user.get_username() for user in users]


def test_many_sessions_take_one_query_and_their_users_another(
    alice, bob, django_assert_num_queries
):
    keys = [log_in(user) for user in (alice, bob, alice)] * 3
    with django_assert_num_queries(2):
        found = find_users(open_all(*keys))
    assert names(found) == ["alice", "bob", "alice"] * 3


def test_sockets_of_one_user_do_not_share_the_user(bob):
    key = log_in(bob)
    one, other = find_users(open_all(key, key))
    assert one == other == bob
    assert one is not other


def expire(session, user):
    Session.objects.filter(pk=session).update(expire_date=timezone.now())


def delete_session(session, user):
    Session.objects.filter(pk=session).delete()


def deactivate(session, user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def change_password(session, user):
    user.set_password("new")
    user.save()


def delete_user(session, user):
    user.delete()


def break_the_user(session, user):
    store = open_session(session)
    store[SESSION_KEY] = "no number"
    store.save()


@pytest.mark.parametrize(
    "change", [expire, delete_session, deactivate, change_password, delete_user]
)
def test_what_ends_one_login_ends_it_beside_others_and_no_other(alice, bob, change):
    keys = [log_in(user) for user in (alice, bob, alice)]
    change(keys[1], bob)
    assert names(find_users(open_all(*keys))) == ["alice", "", "alice"]


def test_the_error_of_one_session_does_not_affect_the_others(alice, bob):
    keys = [log_in(user) for user in (alice, bob, alice)]
    break_the_user(keys[1], bob)
    one, broken, other = find_users(open_all(*keys))
    assert names([one, other]) == ["alice", "alice"]
    assert isinstance(broken, Exception)


@pytest.mark.parametrize("engine", ["cached_db", "cache", "signed_cookies"])
def test_sessions_of_other_engines_load_themselves(alice, bob, settings, engine):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    keys = [log_in(user) for user in (alice, bob)]
    assert names(find_users(open_all(*keys, "unknown"))) == ["alice", "bob", ""]


@pytest.mark.parametrize("backend", [NoSuperusersBackend, OnlyBobBackend])
def test_the_backend_of_a_session_decides_who_is_authenticated(alice, bob, settings, backend):
    path = f"{__name__}.{backend.__name__}"
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", path]
    keys = [log_in(alice, path), log_in(bob, path), log_in(alice), log_in(bob)]
    assert names(find_users(open_all(*keys))) == ["", "bob", "alice", "bob"]


def test_a_session_of_a_backend_that_was_removed_is_anonymous(alice, bob, settings):
    path = f"{__name__}.OnlyBobBackend"
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", path]
    keys = [log_in(bob, path), log_in(alice)]
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert names(find_users(open_all(*keys))) == ["", "alice"]


# Waiting handshakes


class Database:
    """Lookups that end when they are told to, and what they were asked for."""

    def __init__(self):
        self.asked, self.ready = [], asyncio.Semaphore(0)

    async def find_users(self, sessions):
        self.asked.append(list(sessions))
        await self.ready.acquire()
        return [ValueError(each) if each == "bad" else f"user of {each}" for each in sessions]


@pytest.fixture
async def database(monkeypatch):
    database = Database()
    monkeypatch.setattr(lookups, "database_sync_to_async", lambda _: database.find_users)
    return database


async def ask(waiting, *sessions):
    """Return tasks that wait for the users of sessions."""
    tasks = [asyncio.create_task(waiting.user_of(session)) for session in sessions]
    await let_run(3)
    return tasks


async def test_a_handshake_never_gets_an_answer_that_was_looked_up_before_it_asked(database):
    waiting = UserLookups()
    first = await ask(waiting, "a")
    later = await ask(waiting, "b", "a")
    database.ready.release()
    assert await asyncio.gather(*first) == ["user of a"]
    await wait_until(lambda: len(database.asked) == 2)
    assert database.asked == [["a"], ["b", "a"]]
    database.ready.release()
    assert await asyncio.gather(*later) == ["user of b", "user of a"]


async def test_a_lookup_has_a_limited_number_of_handshakes(database, monkeypatch):
    monkeypatch.setattr(lookups, "MAX_HANDSHAKES", 2)
    tasks = await ask(UserLookups(), *"abcde")
    for _ in range(3):
        database.ready.release()
    await asyncio.wait_for(asyncio.gather(*tasks), LIMIT)
    assert [len(sessions) for sessions in database.asked] == [2, 2, 1]


async def test_an_error_and_a_cancellation_concern_one_handshake(database):
    gone, bad, good = await ask(UserLookups(), "gone", "bad", "good")
    gone.cancel()
    database.ready.release()
    with pytest.raises(ValueError, match="bad"):
        await bad
    assert await good == "user of good"


async def test_after_a_failed_lookup_the_next_one_begins(database, monkeypatch):
    waiting = UserLookups()
    with monkeypatch.context() as broken:
        broken.setattr(database, "find_users", None)
        [failed] = await ask(waiting, "a")
        with pytest.raises(TypeError):
            await failed
    database.ready.release()
    [task] = await ask(waiting, "b")
    assert await task == "user of b"


async def test_sockets_that_open_at_the_same_moment_have_their_own_users(
    connect, members_path, checked, alice, bob
):
    users = [alice, bob] * 10
    await asyncio.gather(*(connect(members_path, user) for user in users))
    assert sorted(checked) == sorted(user.username for user in users)


async def test_a_logout_before_the_lookup_is_seen(async_db, bob):
    key = await sync_to_async(log_in)(bob)
    tasks = [asyncio.create_task(current_lookups().user_of(open_session(key))) for _ in range(3)]
    await sync_to_async(delete_session)(key, bob)
    users = await asyncio.gather(*tasks)
    assert [user.is_authenticated for user in users] == [False] * 3
