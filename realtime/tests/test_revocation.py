"""Who loses a right loses the sockets that need it, and nobody else loses any."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from realtime import authentication, revocation
from realtime.consumers import MessageConsumer
from realtime.hub import Hub, current_hub
from tests.steps import until

NEW = "correct horse battery"


@pytest.fixture(autouse=True)
def no_other_look(settings, monkeypatch):
    """Only a message about a change has sockets looked at, unless a test says otherwise."""
    settings.REALTIME_RECHECK_SECONDS = 3600
    monkeypatch.setattr(Hub, "check_connection", lambda self: None)


@pytest.fixture
def looks():
    """The names of users whose sockets were looked at, in order; the first look opens a socket."""
    return []


@pytest.fixture
def home(serve, looks):
    """A socket for everybody who is signed in."""

    class Home(MessageConsumer):
        async def can_join(self):
            looks.append(self.scope["user"].username)
            return True

    return serve(Home)


@pytest.fixture
def club(serve):
    """A socket for the group "members", and for who may view users."""

    class Club(MessageConsumer):
        async def can_join(self):
            return await sync_to_async(is_member)(self.scope["user"])

    return serve(Club)


def is_member(user):
    return user.groups.filter(name="members").exists() or user.has_perm("accounts.view_user")


async def sign_in(username):
    """Return a browser in which the user has signed in."""
    browser = AsyncClient()
    data = {"username": username, "password": "old"}
    assert (await browser.post(reverse("login"), data)).status_code == 302
    return browser


async def change_password(browser, old, new):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    response = await browser.post(reverse("password_change"), data)
    assert response.headers["Location"] == reverse("account")


# Signing out, and another password


async def test_signing_out_closes_the_sockets_of_that_browser_alone(connect, home, looks, bob):
    left, stays = await sign_in("bob"), await sign_in("bob")
    sockets = [await connect(home, browser) for browser in (left, left, stays)]
    await left.post(reverse("logout"))
    for socket in sockets[:2]:
        assert await socket.closed() == 4401
    await until(lambda: len(looks) == 4)
    assert await sockets[2].is_open()


async def test_a_new_password_closes_the_sockets_of_all_other_browsers(connect, home, looks, bob):
    here, there = await sign_in("bob"), await sign_in("bob")
    mine, others = await connect(home, here), await connect(home, there)
    await change_password(here, "old", NEW)
    assert await others.closed() == 4401
    await until(lambda: len(looks) == 3)
    assert await mine.is_open()
    current_hub().sockets.catch_up()  # a further look
    await until(lambda: len(looks) == 4)
    assert await mine.is_open()
    assert await (await connect(home, here)).is_open()
    assert await (await connect(home, there)).closed() == 4401


async def test_a_socket_outlives_several_new_passwords_between_two_looks(
    connect, home, looks, bob, monkeypatch
):
    browser = await sign_in("bob")
    socket = await connect(home, browser)
    monkeypatch.setattr(revocation, "send_soon", lambda *_: None)
    await change_password(browser, "old", NEW)
    await change_password(browser, NEW, NEW + "!")
    current_hub().sockets.catch_up()
    await until(lambda: len(looks) == 2)
    assert await socket.is_open()


async def test_the_key_from_before_a_new_password_opens_nothing(connect, home, bob):
    browser, thief = await sign_in("bob"), AsyncClient()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    await change_password(browser, "old", NEW)
    assert await (await connect(home, thief)).closed() == 4401
    assert (await thief.get(reverse("account"))).status_code == 302


async def test_the_forwarding_address_of_a_session_expires(connect, home, bob, settings):
    settings.REALTIME_RECHECK_SECONDS = 60
    browser = await sign_in("bob")
    old = browser.cookies["sessionid"].value
    await change_password(browser, "old", NEW)
    session = await Session.objects.aget(pk=old)
    assert session.expire_date < timezone.now() + timedelta(minutes=11)


async def test_a_socket_does_not_follow_its_session_to_another_user(connect, home, alice, bob):
    socket = await connect(home, bob)
    other = (await sign_in("alice")).cookies["sessionid"].value
    [key] = [each.pk async for each in Session.objects.exclude(pk=other)]
    await Session.objects.filter(pk=key).adelete()
    await sync_to_async(authentication.leave_forwarding_address)(key, other)
    current_hub().sockets.catch_up()
    assert await socket.closed() == 4401


async def test_a_password_set_in_the_admin_closes_the_users_sockets(connect, home, alice, bob):
    socket = await connect(home, await sign_in("bob"))
    admin = await sign_in("alice")
    own = await connect(home, admin)
    data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    response = await admin.post(f"/admin/accounts/user/{bob.pk}/password/", data)
    assert response.status_code == 302
    assert await socket.closed() == 4401
    assert await own.is_open()


async def test_who_sets_the_own_password_in_the_admin_stays(connect, home, looks, alice):
    here, there = await sign_in("alice"), await sign_in("alice")
    mine, others = await connect(home, here), await connect(home, there)
    data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    await here.post(f"/admin/accounts/user/{alice.pk}/password/", data)
    assert await others.closed() == 4401
    await until(lambda: len(looks) == 3)
    assert await mine.is_open()


# Rights


async def save_in_admin(admin, user, **changes):
    """Change a user with the admin's form; None leaves a field out."""
    url = f"/admin/accounts/user/{user.pk}/change/"
    form = (await admin.get(url)).context["adminform"].form
    now = {name: form[name].value() for name in form.fields}
    dates = {f"{name}_{n}": "" for name in ("last_login", "date_joined") for n in (0, 1)}
    dates |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    data = {name: value for name, value in (now | dates | changes).items() if value}
    assert (await admin.post(url, data)).status_code == 302


async def test_the_admin_deactivates_a_user(connect, home, looks, alice, bob):
    admin = await sign_in("alice")
    own, socket = await connect(home, admin), await connect(home, bob)
    await save_in_admin(admin, bob, is_active=None)
    assert await socket.closed() == 4401
    assert await own.is_open()
    assert looks == ["alice", "bob"]  # nobody looked at alice again


async def test_the_admin_takes_a_user_out_of_a_group(connect, club, alice, bob):
    members = await Group.objects.acreate(name="members")
    await bob.groups.aadd(members)
    socket = await connect(club, bob)
    await save_in_admin(await sign_in("alice"), bob, groups=None)
    assert await socket.closed() == 4403


async def test_the_admin_takes_a_permission_away(connect, club, alice, bob):
    await bob.user_permissions.aadd(await view_user())
    socket = await connect(club, bob)
    await save_in_admin(await sign_in("alice"), bob, user_permissions=None)
    assert await socket.closed() == 4403


async def view_user():
    return await Permission.objects.aget(codename="view_user")


async def test_saving_a_user_closes_what_the_user_may_not_have_any_more(connect, club, alice):
    socket = await connect(club, alice)
    alice.is_superuser = False
    await alice.asave(update_fields=["is_superuser"])
    assert await socket.closed() == 4403


async def test_a_deleted_user_is_signed_out(connect, home, bob):
    socket = await connect(home, bob)
    await bob.adelete()
    assert await socket.closed() == 4401


CHANGES = {
    "remove": lambda bob, group: bob.groups.aremove(group),
    "clear": lambda bob, group: bob.groups.aclear(),
    "set": lambda bob, group: bob.groups.aset([]),
    "remove from the group": lambda bob, group: group.user_set.aremove(bob),
    "clear the group": lambda bob, group: group.user_set.aclear(),
    "delete the group": lambda bob, group: group.adelete(),
    "delete many groups": lambda bob, group: Group.objects.all().adelete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_lost_membership_closes_the_socket(connect, club, bob, change):
    members = await Group.objects.acreate(name="members")
    await bob.groups.aadd(members)
    socket = await connect(club, bob)
    await change(bob, members)
    assert await socket.closed() == 4403


async def test_a_lost_permission_of_a_group_closes_the_socket(connect, club, bob):
    viewers = await Group.objects.acreate(name="viewers")
    await viewers.permissions.aadd(await view_user())
    await bob.groups.aadd(viewers)
    socket = await connect(club, bob)
    await viewers.permissions.aclear()
    assert await socket.closed() == 4403


async def test_a_right_more_closes_nothing(connect, home, looks, bob):
    socket = await connect(home, bob)
    await bob.user_permissions.aadd(await view_user())
    await until(lambda: len(looks) == 2)
    assert await socket.is_open()


async def test_a_right_lost_while_the_first_socket_opens_closes_it(connect, serve, bob):
    class Slow(MessageConsumer):
        async def can_join(self):
            is_active = self.scope["user"].is_active
            asked.set()
            await answer.wait()
            return is_active

    asked, answer = asyncio.Event(), asyncio.Event()
    opening = asyncio.create_task(connect(serve(Slow), bob))
    await asked.wait()
    bob.is_active = False
    await bob.asave()
    await until(lambda: current_hub().sockets.heard)
    answer.set()
    assert await (await opening).closed() == 4401


async def test_a_socket_for_everybody_is_looked_at_while_its_user_is_signed_in(connect, serve, bob):
    class Window(MessageConsumer):
        sign_in = False

        async def can_join(self):
            seen.append(self.scope["user"].username)
            return bool(self.scope["user"].username) or len(seen) == 1

    seen: list[str] = []
    socket = await connect(serve(Window), bob)
    bob.is_active = False
    await bob.asave()
    assert await socket.closed() == 4403
    assert seen == ["bob", ""]


async def test_a_revocation_does_not_depend_on_the_forwarding_address(
    connect, home, bob, monkeypatch, caplog
):
    def fail(old, new):
        raise RuntimeError("the session store is away")

    monkeypatch.setattr(revocation, "leave_forwarding_address", fail)
    here, there = await sign_in("bob"), await sign_in("bob")
    sockets = [await connect(home, browser) for browser in (here, there)]
    await change_password(here, "old", NEW)
    for socket in sockets:
        assert await socket.closed() == 4401
    assert "cannot follow" in caplog.text


async def test_handlers_see_the_user_as_of_the_last_look(connect, serve, bob):
    class Mirror(MessageConsumer):
        async def can_join(self):
            seen.append(self.scope["user"].first_name)
            return True

    seen: list[str] = []
    await connect(serve(Mirror), bob)
    bob.first_name = "Robert"
    await bob.asave()
    await until(lambda: seen == ["", "Robert"])


# Who is told, and when


@pytest.fixture
def sent(monkeypatch):
    """The users whom other processes were told to look at."""
    sent = []
    monkeypatch.setattr(revocation, "send_soon", lambda _, event: sent.append(event["user"]))
    return sent


async def test_signing_in_has_nobody_looked_at(async_db, sent, bob):
    await sign_in("bob")
    assert not sent


def test_a_change_that_is_rolled_back_has_nobody_looked_at(transactional_db, sent, bob):
    with transaction.atomic():
        bob.save()
        assert not sent
        transaction.set_rollback(True)
    assert not sent
    with transaction.atomic():
        bob.save()
        assert not sent
    assert sent == [str(bob.pk)]


# The regular look


def expire(bob):
    Session.objects.update(expire_date=timezone.now())


def delete_sessions(bob):
    Session.objects.all().delete()


def update(bob):
    User.objects.filter(pk=bob.pk).update(is_active=False)


def forget_the_key(bob):
    from django.conf import settings

    settings.SECRET_KEY = "a new key"


@pytest.mark.parametrize("change", [expire, delete_sessions, update, forget_the_key])
async def test_what_sends_no_signal_is_found_by_the_regular_look(
    connect, home, settings, alice, bob, change
):
    settings.REALTIME_RECHECK_SECONDS = 0.05
    settings.SECRET_KEY = settings.SECRET_KEY  # is set back after the test
    socket = await connect(home, bob)
    await sync_to_async(change)(bob)
    assert await socket.closed() == 4401


async def test_the_regular_look_closes_nothing_that_is_in_order(
    connect, home, looks, settings, bob
):
    settings.REALTIME_RECHECK_SECONDS = 0.02
    socket = await connect(home, bob)
    await until(lambda: len(looks) > 4)
    assert await socket.is_open()


async def test_a_look_that_fails_closes_nothing(connect, home, looks, bob, monkeypatch, caplog):
    socket = await connect(home, bob)
    with monkeypatch.context() as broken:
        broken.setattr("realtime.consumers.fresh_user", lambda _: 1 / 0)
        await bob.asave()
        await until(lambda: "could not be looked at again" in caplog.text)
    assert await socket.is_open()
    bob.is_active = False
    await bob.asave()
    assert await socket.closed() == 4401


# Sessions


async def stored(browser):
    """Return what the database knows of a browser's session."""
    key = browser.cookies["sessionid"].value
    return await Session.objects.filter(pk=key).values_list().aget()


@pytest.mark.parametrize(
    ("change", "value"),
    [("password", "!"), ("is_active", False), ("SECRET_KEY", "a new key"), (None, None)],
)
async def test_a_socket_never_changes_a_session(connect, home, looks, settings, bob, change, value):
    browser = await sign_in("bob")
    before = await stored(browser)
    socket = await connect(home, browser)
    if change == "SECRET_KEY":
        settings.SECRET_KEY = value
    elif change:
        await User.objects.filter(pk=bob.pk).aupdate(**{change: value})
    current_hub().sockets.catch_up()
    if change:
        assert await socket.closed() == 4401
        assert await (await connect(home, browser)).closed() == 4401
    else:
        await until(lambda: len(looks) == 2)
    assert await stored(browser) == before


async def test_sockets_outlive_a_change_of_the_secret_key(connect, home, looks, settings, bob):
    browser = await sign_in("bob")
    socket = await connect(home, browser)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    current_hub().sockets.catch_up()
    await until(lambda: len(looks) == 2)
    assert await socket.is_open()
    assert await (await connect(home, browser)).is_open()
    assert (await browser.get(reverse("account"))).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "é", "\x00", "x" * 5000, "'; --"])
async def test_a_made_up_session_key_is_nobodys(connect, home, cookie):
    stranger = AsyncClient()
    stranger.cookies["sessionid"] = cookie
    assert await (await connect(home, stranger)).closed() == 4401


def test_a_key_is_read_from_any_cookie_header():
    headers = [(b"cookie", b"a=b"), (b"x", b"y"), (b"cookie", b"sessionid=abcdefgh; c=d")]
    assert authentication.session_of({"headers": headers}).session_key == "abcdefgh"
