"""The list of a user's work: what is lost or expired, and what of two changes is right."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone
from msgspec import to_builtins
from msgspec.structs import replace

from channels_realtime.progress import consumers
from channels_realtime.progress.consumers import ProgressConsumer
from channels_realtime.progress.messages import user_group
from channels_realtime.progress.models import Work
from channels_realtime.progress.tracking import progress

CHANGED, LISTED = "progress.changed", "progress.listed"


def make_work(user, *, seconds_ago=0, **fields):
    """Store work that has changed some seconds ago."""
    when = timezone.now() - timedelta(seconds=seconds_ago)
    times = {"started_at": when, "changed_at": when}
    return Work.objects.create(user=user, name="export", **times, **fields)


def states(works):
    return [work["state"] for work in works]


@pytest.fixture
def visit(connect, add_route):
    """Return a function that opens a user's page, and returns its socket and list."""

    async def visit(user):
        socket = await connect(add_route(ProgressConsumer), user)
        return socket, (await socket.receive_message(LISTED))["works"]

    return visit


async def send(user, work):
    """Send a change as the work's process does."""
    event = {"type": "progress.changed", "work": to_builtins(work)}
    await get_channel_layer().group_send(user_group(user.pk), event)


async def test_a_stranger_is_closed_with_4401(connect, add_route):
    assert await (await connect(add_route(ProgressConsumer))).receive_close() == 4401


async def test_running_work_without_a_heartbeat_is_lost(visit, alice):
    make = sync_to_async(make_work)
    for seconds_ago, state in ((60, "running"), (50, "succeeded"), (1, "running")):
        await make(alice, seconds_ago=seconds_ago, state=state)
    assert states((await visit(alice))[1]) == ["lost", "succeeded", "running"]


async def test_an_open_page_learns_that_work_is_lost(visit, alice, monkeypatch):
    monkeypatch.setattr(consumers, "REFRESH_SECONDS", 0.01)
    work = await sync_to_async(make_work)(alice)
    page, works = await visit(alice)
    assert states(works) == ["running"]
    await Work.objects.filter(pk=work.pk).aupdate(changed_at=timezone.now() - timedelta(minutes=1))
    while states(works) != ["lost"]:
        works = (await page.receive_message(LISTED))["works"]
    assert await page.is_open()  # it refreshes no more: another list would have come first


async def test_work_that_is_not_in_the_table_is_lost_when_it_is_silent(visit, alice, monkeypatch):
    page, _ = await visit(alice)
    monkeypatch.setattr(consumers, "REFRESH_SECONDS", 0.01)
    work = consumers.ProgressChanged(Work().id, "import", "running", 1, 2, 1)
    await send(alice, work)  # of a transaction that has not committed
    works = (await page.receive_message(LISTED))["works"]
    assert works == [to_builtins(work)]
    monkeypatch.setattr(consumers, "LOST_AFTER", timedelta(0))
    while works:
        works = (await page.receive_message(LISTED))["works"]


async def test_the_later_of_two_changes_counts_whichever_comes_first(visit, alice):
    stored = await sync_to_async(make_work)(alice, done=5, version=5)
    page, (work,) = await visit(alice)
    later = replace(consumers.msgspec.convert(work, consumers.ProgressChanged), done=7, version=7)
    for each in (later, replace(later, done=6, version=6)):
        await send(alice, each)
    assert (await page.receive_message(CHANGED))["done"] == 7
    assert await page.is_open()  # nothing more came
    # The table is behind, as it is during a long transaction of SQLite.
    await get_channel_layer().group_send(user_group(alice.pk), {"type": "progress.refresh"})
    (again,) = (await page.receive_message(LISTED))["works"]
    assert (again["id"], again["done"]) == (str(stored.pk), 7)


async def test_a_change_that_is_older_than_the_list_is_not_sent(visit, alice):
    await sync_to_async(make_work)(alice, state="succeeded", done=5, version=5)
    page, (work,) = await visit(alice)
    stored = consumers.msgspec.convert(work, consumers.ProgressChanged)
    late = replace(stored, state="running", version=4)
    await send(alice, late)
    assert await page.is_open()


def test_a_late_report_does_not_change_the_stored_end(alice):
    work = make_work(alice, state="succeeded", version=5)
    late = consumers.ProgressChanged(work.id, "export", "running", 1, None, 4)
    Work.objects.store(late)
    work.refresh_from_db()
    assert (work.state, work.version) == ("succeeded", 5)


def test_work_is_deleted_a_day_after_its_last_change(transactional_db, alice, bob):
    old, recent = make_work(bob, seconds_ago=90_000), make_work(bob, seconds_ago=80_000)
    assert [work.id for work in Work.objects.list_of(bob.pk)] == [recent.pk]
    with progress(alice, "export"):
        assert not Work.objects.filter(pk=old.pk).exists()
        assert Work.objects.count() == 2
