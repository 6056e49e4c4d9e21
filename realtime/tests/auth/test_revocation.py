"""Revocation: a user who loses a right loses the sockets that need it, and no other socket."""

import asyncio
import threading
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from channels_realtime.auth import revocation, sessions
from channels_realtime.auth.registry import RECHECK_GROUP, current_registry
from channels_realtime.consumers import MessageConsumer
from channels_realtime.testing.waiting import LIMIT, wait_until
from people.models import Person
from support.async_helpers import let_run
from support.browsers import change_password, is_logged_in, log_in

NEW = "correct horse battery"


@pytest.fixture
def club_path(add_route):
    """The path of a consumer for the group "members" and for users who can view users."""

    class ClubConsumer(MessageConsumer):
        async def has_permission(self):
            return await sync_to_async(is_member)(self.scope["user"])

    return add_route(ClubConsumer)


def is_member(user):
    return user.groups.filter(name="members").exists() or user.has_perm("people.view_person")


# Logout and passwords


async def test_a_logout_closes_the_sockets_of_that_browser_only(
    connect, members_path, checked, bob
):
    left, other = await log_in("bob"), await log_in("bob")
    sockets = [await connect(members_path, browser) for browser in (left, left, other)]
    await left.post(reverse("logout"))
    for socket in sockets[:2]:
        assert await socket.receive_close() == 4401
    await wait_until(lambda: len(checked) == 4)
    assert await sockets[2].is_open()


async def test_a_changed_password_closes_the_sockets_of_all_other_browsers(
    connect, members_path, checked, bob
):
    here, there = await log_in("bob"), await log_in("bob")
    this_socket, other_socket = (
        await connect(members_path, here),
        await connect(members_path, there),
    )
    await change_password(here, "old", NEW)
    assert await other_socket.receive_close() == 4401
    await wait_until(lambda: len(checked) == 3)
    assert await this_socket.is_open()
    current_registry().catch_up()  # another recheck
    await wait_until(lambda: len(checked) == 4)
    assert await this_socket.is_open()
    assert await (await connect(members_path, here)).is_open()
    assert await (await connect(members_path, there)).receive_close() == 4401


async def test_a_socket_follows_its_session_through_several_changes_of_the_password(
    connect, members_path, checked, bob, monkeypatch
):
    browser = await log_in("bob")
    socket = await connect(members_path, browser)
    monkeypatch.setattr(revocation, "_send", lambda _: None)
    await change_password(browser, "old", NEW)
    await change_password(browser, NEW, NEW + "!")
    current_registry().catch_up()
    await wait_until(lambda: len(checked) == 2)
    assert await socket.is_open()


async def test_the_session_key_from_before_a_change_of_password_authenticates_nobody(
    connect, members_path, bob
):
    browser, thief = await log_in("bob"), AsyncClient()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    await change_password(browser, "old", NEW)
    assert await (await connect(members_path, thief)).receive_close() == 4401
    assert not await is_logged_in(thief)


async def test_a_replaced_session_expires(connect, members_path, bob, settings):
    settings.REALTIME_RECHECK_SECONDS = 60
    browser = await log_in("bob")
    old = browser.cookies["sessionid"].value
    await change_password(browser, "old", NEW)
    session = await Session.objects.aget(pk=old)
    assert session.expire_date < timezone.now() + timedelta(minutes=11)


async def test_a_socket_does_not_follow_its_session_to_another_user(
    connect, members_path, alice, bob
):
    socket = await connect(members_path, bob)
    other = (await log_in("alice")).cookies["sessionid"].value
    [key] = [each.pk async for each in Session.objects.exclude(pk=other)]
    await Session.objects.filter(pk=key).adelete()
    await sync_to_async(sessions.forward_session)(key, other)
    current_registry().catch_up()
    assert await socket.receive_close() == 4401


async def test_a_password_set_in_the_admin_closes_the_user_s_sockets(
    connect, members_path, alice, bob
):
    socket = await connect(members_path, await log_in("bob"))
    admin = await log_in("alice")
    own = await connect(members_path, admin)
    data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    response = await admin.post(f"/admin/people/person/{bob.pk}/password/", data)
    assert response.status_code == 302
    assert await socket.receive_close() == 4401
    assert await own.is_open()


async def test_a_user_who_sets_the_own_password_in_the_admin_keeps_this_browser_s_sockets(
    connect, members_path, checked, alice
):
    here, there = await log_in("alice"), await log_in("alice")
    this_socket, other_socket = (
        await connect(members_path, here),
        await connect(members_path, there),
    )
    data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    await here.post(f"/admin/people/person/{alice.pk}/password/", data)
    assert await other_socket.receive_close() == 4401
    await wait_until(lambda: len(checked) == 3)
    assert await this_socket.is_open()


# Rights


async def save_in_admin(admin, user, **changes):
    """Change a user with the admin's form; None leaves a field out."""
    url = f"/admin/people/person/{user.pk}/change/"
    form = (await admin.get(url)).context["adminform"].form
    now = {name: form[name].value() for name in form.fields}
    dates = {f"{name}_{n}": "" for name in ("last_login", "date_joined") for n in (0, 1)}
    dates |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    data = {name: value for name, value in (now | dates | changes).items() if value}
    assert (await admin.post(url, data)).status_code == 302


async def test_deactivating_a_user_in_the_admin_closes_that_user_s_sockets_only(
    connect, members_path, checked, alice, bob
):
    admin = await log_in("alice")
    own, socket = await connect(members_path, admin), await connect(members_path, bob)
    await save_in_admin(admin, bob, is_active=None)
    assert await socket.receive_close() == 4401
    assert await own.is_open()
    assert checked == ["alice", "bob"]  # alice was not rechecked


async def test_removing_a_user_from_a_group_in_the_admin_closes_the_socket(
    connect, club_path, alice, bob
):
    members = await Group.objects.acreate(name="members")
    await bob.groups.aadd(members)
    socket = await connect(club_path, bob)
    await save_in_admin(await log_in("alice"), bob, groups=None)
    assert await socket.receive_close() == 4403


async def test_removing_a_permission_in_the_admin_closes_the_socket(connect, club_path, alice, bob):
    await bob.user_permissions.aadd(await view_person())
    socket = await connect(club_path, bob)
    await save_in_admin(await log_in("alice"), bob, user_permissions=None)
    assert await socket.receive_close() == 4403


async def view_person():
    return await Permission.objects.aget(codename="view_person")


async def test_saving_a_user_closes_sockets_without_permission(connect, club_path, alice):
    socket = await connect(club_path, alice)
    alice.is_superuser = False
    await alice.asave(update_fields=["is_superuser"])
    assert await socket.receive_close() == 4403


async def test_deleting_a_user_closes_the_user_s_sockets(connect, members_path, bob):
    socket = await connect(members_path, bob)
    await bob.adelete()
    assert await socket.receive_close() == 4401


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
async def test_a_lost_membership_closes_the_socket(connect, club_path, bob, change):
    members = await Group.objects.acreate(name="members")
    await bob.groups.aadd(members)
    socket = await connect(club_path, bob)
    await change(bob, members)
    assert await socket.receive_close() == 4403


async def test_a_lost_permission_of_a_group_closes_the_socket(connect, club_path, bob):
    viewers = await Group.objects.acreate(name="viewers")
    await viewers.permissions.aadd(await view_person())
    await bob.groups.aadd(viewers)
    socket = await connect(club_path, bob)
    await viewers.permissions.aclear()
    assert await socket.receive_close() == 4403


async def test_an_additional_permission_closes_no_socket(connect, members_path, checked, bob):
    socket = await connect(members_path, bob)
    await bob.user_permissions.aadd(await view_person())
    await wait_until(lambda: len(checked) == 2)
    assert await socket.is_open()


async def test_rights_lost_while_the_first_socket_opens_close_it(connect, add_route, bob):
    class SlowConsumer(MessageConsumer):
        async def has_permission(self):
            is_active = self.scope["user"].is_active
            asked.set()
            await answer.wait()
            return is_active

    asked, answer = asyncio.Event(), asyncio.Event()
    opening = asyncio.create_task(connect(add_route(SlowConsumer), bob))
    await asked.wait()
    bob.is_active = False
    await bob.asave()
    await wait_until(lambda: current_registry().rechecks_seen)
    answer.set()
    assert await (await opening).receive_close() == 4401


async def test_a_socket_without_login_is_rechecked_while_its_user_is_authenticated(
    connect, add_route, bob
):
    class PublicConsumer(MessageConsumer):
        login_required = False

        async def has_permission(self):
            seen.append(self.scope["user"].username)
            return bool(self.scope["user"].username) or len(seen) == 1

    seen: list[str] = []
    socket = await connect(add_route(PublicConsumer), bob)
    bob.is_active = False
    await bob.asave()
    assert await socket.receive_close() == 4403
    assert seen == ["bob", ""]


async def test_a_recheck_happens_although_the_session_cannot_be_forwarded(
    connect, members_path, bob, monkeypatch, caplog
):
    def fail(old, new):
        raise RuntimeError("the session store is away")

    monkeypatch.setattr(sessions, "forward_session", fail)
    here, there = await log_in("bob"), await log_in("bob")
    sockets = [await connect(members_path, browser) for browser in (here, there)]
    await change_password(here, "old", NEW)
    for socket in sockets:
        assert await socket.receive_close() == 4401
    assert "cannot follow" in caplog.text


async def test_handlers_get_the_user_as_of_the_last_recheck(connect, add_route, bob):
    class NamesConsumer(MessageConsumer):
        async def has_permission(self):
            seen.append(self.scope["user"].first_name)
            return True

    seen: list[str] = []
    await connect(add_route(NamesConsumer), bob)
    bob.first_name = "Robert"
    await bob.asave()
    await wait_until(lambda: seen == ["", "Robert"])


# Without the layer, and while the database thread of the handlers is busy


async def test_a_logout_and_a_deactivation_close_sockets_of_this_process_without_the_layer(
    connect, members_path, alice, bob, monkeypatch
):
    browser = await log_in("alice")
    left, deactivated = await connect(members_path, browser), await connect(members_path, bob)
    monkeypatch.setattr(revocation, "send_soon", lambda *_: None)
    await browser.post(reverse("logout"))
    assert await left.receive_close() == 4401
    bob.is_active = False
    await bob.asave()
    assert await deactivated.receive_close() == 4401


async def test_a_process_rechecks_once_although_the_layer_returns_its_own_request(
    connect, members_path, checked, bob
):
    await connect(members_path, bob)
    await bob.asave()
    await wait_until(lambda: len(checked) == 2)
    # A request of another process arrives after our own.
    event = {"type": "realtime.recheck", "user": str(bob.pk)}
    await get_channel_layer().group_send(RECHECK_GROUP, event)
    await wait_until(lambda: len(checked) == 3)
    await let_run(20)
    assert current_registry().rechecks_seen == 2


async def test_handlers_that_use_the_database_do_not_delay_a_recheck(connect, add_route, bob):
    class BusyConsumer(MessageConsumer):
        async def connect(self):
            self.waiting = asyncio.create_task(sync_to_async(done.wait)(LIMIT))

        async def has_permission(self):
            return await bob.groups.filter(name="members").aexists() or not started.is_set()

    done, started = threading.Event(), threading.Event()
    socket = await connect(add_route(BusyConsumer), bob)
    started.set()
    await sync_to_async(save_and_disconnect, thread_sensitive=False)(bob)
    try:
        assert await asyncio.wait_for(socket.receive_close(), LIMIT / 4) == 4403
    finally:
        done.set()


def save_and_disconnect(user):
    """Save a user in a thread that nobody cleans up."""
    user.save()
    connections.close_all()


async def test_rechecks_leave_no_database_connection_open(connect, add_route, bob, monkeypatch):
    class QueryConsumer(MessageConsumer):
        async def has_permission(self):
            await bob.groups.aexists()
            found.append(await sync_to_async(lambda: connections["default"])())
            return True

    found = []
    await connect(add_route(QueryConsumer), bob)
    current_registry().catch_up()
    await wait_until(lambda: len(found) == 2)
    await wait_until(lambda: not current_registry()._rechecker._rechecks)
    assert found[0] is not found[1]  # each thread has its own
    assert found[1].connection is None


# Who is rechecked, and when


@pytest.fixture
def sent(monkeypatch):
    """The users whom all processes were asked to recheck."""
    sent = []
    monkeypatch.setattr(revocation, "send_soon", lambda _, event: sent.append(event["user"]))
    return sent


async def test_a_login_rechecks_nobody(async_db, sent, bob):
    await log_in("bob")
    assert not sent


def test_a_change_that_is_rolled_back_rechecks_nobody(transactional_db, sent, bob):
    with transaction.atomic():
        bob.save()
        assert not sent
        transaction.set_rollback(True)
    assert not sent
    with transaction.atomic():
        bob.save()
        assert not sent
    assert sent == [str(bob.pk)]


# The regular recheck


def expire(bob):
    Session.objects.update(expire_date=timezone.now())


def delete_sessions(bob):
    Session.objects.all().delete()


def update(bob):
    Person.objects.filter(pk=bob.pk).update(is_active=False)


def replace_secret_key(bob):
    from django.conf import settings

    settings.SECRET_KEY = "a new key"


@pytest.mark.parametrize("change", [expire, delete_sessions, update, replace_secret_key])
async def test_a_change_without_a_signal_is_found_by_the_regular_recheck(
    connect, members_path, settings, alice, bob, change
):
    settings.REALTIME_RECHECK_SECONDS = 1
    settings.SECRET_KEY = settings.SECRET_KEY  # is set back after the test
    socket = await connect(members_path, bob)
    await sync_to_async(change)(bob)
    assert await socket.receive_close() == 4401


async def test_the_regular_recheck_closes_no_valid_socket(
    connect, members_path, checked, settings, bob
):
    settings.REALTIME_RECHECK_SECONDS = 1
    socket = await connect(members_path, bob)
    await wait_until(lambda: len(checked) > 2)
    assert await socket.is_open()


async def test_a_socket_is_closed_with_1013_when_its_rights_stay_unknown(
    connect, members_path, settings, bob, monkeypatch, caplog
):
    settings.REALTIME_RECHECK_SECONDS = 0.2
    monkeypatch.setattr("channels_realtime.auth.logins.refresh_user", lambda *_: 1 / 0)
    socket = await connect(members_path, bob)
    assert await socket.receive_close() == 1013
    assert len([each for each in caplog.records if "1013" in each.getMessage()]) == 1
    assert "Traceback" not in caplog.text


async def test_a_recheck_that_raises_once_closes_no_socket(
    connect, members_path, checked, bob, monkeypatch, caplog
):
    socket = await connect(members_path, bob)
    with monkeypatch.context() as broken:
        broken.setattr("channels_realtime.auth.logins.refresh_user", lambda *_: 1 / 0)
        await bob.asave()
        await wait_until(lambda: "could not be rechecked" in caplog.text)
    assert await socket.is_open()
    bob.is_active = False
    await bob.asave()
    assert await socket.receive_close() == 4401
