"""Work that reports its progress: what its user's sockets get, and what is stored."""

import asyncio
import logging
import threading
import time
from contextlib import closing, suppress

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, connection, transaction

from channels_realtime.progress import reporting, tracking
from channels_realtime.progress.consumers import ProgressConsumer
from channels_realtime.progress.models import Work, WorkQuerySet
from channels_realtime.progress.tracking import aprogress, progress
from channels_realtime.testing.waiting import LIMIT

CHANGED, LISTED = "progress.changed", "progress.listed"


@pytest.fixture
def visit(connect, add_route):
    """Return a function that opens a user's page, and returns its socket and list."""

    async def visit(user):
        socket = await connect(add_route(ProgressConsumer), user)
        return socket, (await socket.receive_message(LISTED))["works"]

    return visit


@pytest.fixture
def is_due(monkeypatch):
    """Let each report be a heartbeat."""
    monkeypatch.setattr(tracking, "HEARTBEAT_SECONDS", 0)


class Stop(BaseException):
    """What ends work that is cancelled, such as KeyboardInterrupt."""


async def receive_until(socket, **expected):
    """Return the changes that a socket receives, up to the first one with these fields."""
    changes = []
    while not changes or not changes[-1].items() >= expected.items():
        changes.append(await socket.receive_message(CHANGED))
    return changes


def wait_for(condition, what):
    """Wait in a thread without an event loop, where the condition may query the database."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline, f"not within {LIMIT} seconds: {what}"
        time.sleep(0.01)


def only_work():
    """Return the fields of the only work that is stored."""
    return Work.objects.values("name", "state", "done", "total").get()


async def test_each_socket_of_the_user_gets_the_changes_and_the_end(visit, alice, bob):
    pages = [(await visit(user))[0] for user in (alice, alice, bob)]

    def work():
        with progress(alice, "export", total=2) as p:
            p.update(1)
            p.update(2)

    await sync_to_async(work)()
    for page in pages[:2]:
        begin, *_, end = await receive_until(page, state="succeeded")
        assert begin["id"] == end["id"]
        assert [each["done"] for each in (begin, end)] == [0, 2]
        assert (end["name"], end["total"]) == ("export", 2)
    assert await pages[2].is_open()  # nothing came before the answer


async def test_asynchronous_work_does_the_same(visit, alice):
    page, _ = await visit(alice)
    async with aprogress(alice, "export") as p:
        p.update(7)
    end = (await receive_until(page, state="succeeded"))[-1]
    assert (end["done"], end["total"]) == (7, None)


async def test_a_page_that_opens_later_gets_the_list(visit, alice, bob):
    async with aprogress(alice, "export", total=9) as p:
        p.update(4)
        await sync_to_async(wait_for)(Work.objects.filter(done=4).exists, "it is stored")
        (first,) = (await visit(alice))[1]
        assert (first["state"], first["done"], first["total"]) == ("running", 4, 9)
    (again,) = (await visit(alice))[1]
    assert (again["state"], again["done"]) == ("succeeded", 4)
    assert (await visit(bob))[1] == []


@pytest.mark.parametrize(
    ("error", "state"), [(ZeroDivisionError, "failed"), (Stop, "cancelled")], ids=["error", "stop"]
)
async def test_the_end_says_what_has_ended_the_work(visit, alice, error, state):
    page, _ = await visit(alice)

    def work():
        with progress(alice, "export"):
            raise error

    async def awork():
        async with aprogress(alice, "export"):
            raise error

    for each in (sync_to_async(work), awork):
        with pytest.raises(error):
            await each()
        await receive_until(page, state=state)
    assert await Work.objects.filter(state=state).acount() == 2


async def test_a_task_that_is_cancelled_twice_is_cancelled(visit, alice):
    page, _ = await visit(alice)
    started = asyncio.Event()

    async def work():
        async with aprogress(alice, "export"):
            started.set()
            await asyncio.sleep(LIMIT)

    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await receive_until(page, state="cancelled")
    assert (await sync_to_async(only_work)())["state"] == "cancelled"


async def test_a_task_that_is_cancelled_while_it_begins_ends(async_db, alice, monkeypatch):
    beginning, go = threading.Event(), threading.Event()

    def require_sockets():
        beginning.set()
        go.wait(LIMIT)

    async def work():
        async with aprogress(alice, "export"):
            await asyncio.sleep(LIMIT)

    monkeypatch.setattr(tracking, "require_sockets", require_sockets)
    task = asyncio.create_task(work())
    await asyncio.to_thread(beginning.wait, LIMIT)
    task.cancel()
    go.set()
    with suppress(asyncio.CancelledError):
        await task
    assert not await Work.objects.filter(state="running").aexists()
    assert not reporting.reporting_thread.current()._running


async def test_many_updates_are_few_messages_and_the_last_one_comes_while_the_work_waits(
    visit, alice
):
    page, _ = await visit(alice)
    async with aprogress(alice, "export", total=1000) as p:
        for number in range(1, 1001):
            p.update(number)
        changes = await receive_until(page, done=1000)
        assert changes[-1]["state"] == "running"
    assert len(changes) < 10


def test_the_last_update_is_stored_while_the_work_waits(transactional_db, alice):
    with progress(alice, "export", total=1000) as p:
        for number in range(1, 1001):
            p.update(number)
        wait_for(lambda: only_work()["done"] == 1000, "it is stored")


def test_silent_work_sends_heartbeats(transactional_db, alice, is_due):
    def changed_at():
        return Work.objects.get().changed_at

    with progress(alice, "export"):
        before = changed_at()
        wait_for(lambda: changed_at() > before, "the time is newer")


async def test_an_update_after_the_end_does_nothing(visit, alice):
    page, _ = await visit(alice)
    async with aprogress(alice, "export") as p:
        p.update(1)
    p.update(2)
    end = (await receive_until(page, state="succeeded"))[-1]
    assert end["done"] == 1
    assert (await visit(alice))[1] == [end]


def test_the_thread_ends_with_the_last_work(transactional_db, alice):
    def is_running():
        return any(thread.name == "progress" for thread in threading.enumerate())

    with progress(alice, "one"), progress(alice, "two"):
        assert is_running()
    wait_for(lambda: not is_running(), "the thread has ended")


# Transactions


async def test_updates_inside_a_transaction_are_sent_before_its_commit(visit, alice):
    page, _ = await visit(alice)
    received = threading.Event()

    def work():
        with (
            closing(connection),  # that of this thread
            progress(alice, "import", total=3) as p,
            transaction.atomic(),
        ):
            alice.save()
            p.update(1)
            assert received.wait(LIMIT)

    working = asyncio.create_task(database_sync_to_async(work, thread_sensitive=False)())
    await receive_until(page, done=1)
    received.set()
    await working
    await receive_until(page, state="succeeded")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
def test_updates_inside_a_transaction_are_stored_before_its_commit(transactional_db, alice):
    with progress(alice, "import", total=3) as p, transaction.atomic():
        alice.save()
        p.update(1)
        wait_for(lambda: only_work()["done"] == 1, "another connection has stored it")
        transaction.set_rollback(True)
    assert only_work()["state"] == "succeeded"


async def test_success_inside_a_transaction_is_sent_after_its_commit(visit, alice):
    page, _ = await visit(alice)
    order = []

    def work():
        with transaction.atomic():
            with progress(alice, "import") as p:
                p.update(1)
            transaction.on_commit(lambda: order.append("commit"))
            order.append("end of the block")
        assert only_work()["state"] == "succeeded"

    await sync_to_async(work)()
    states = [each["state"] for each in await receive_until(page, state="succeeded")]
    assert order == ["end of the block", "commit"]
    assert states.count("succeeded") == 1


async def test_a_rollback_discards_what_began_in_the_transaction_and_sends_the_failure(
    visit, alice
):
    page, _ = await visit(alice)

    def work():
        with transaction.atomic(), progress(alice, "import"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sync_to_async(work)()
    await receive_until(page, state="failed")
    assert not await Work.objects.aexists()


def test_a_rollback_inside_the_block_keeps_the_failure(transactional_db, alice):
    def work():
        with progress(alice, "import") as p, transaction.atomic():
            p.update(3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert only_work() == {"name": "import", "state": "failed", "done": 3, "total": None}


def test_in_a_test_s_transaction_the_work_is_stored_there(alice):
    with progress(alice, "export", total=2) as p:
        p.update(2)
    assert only_work() == {"name": "export", "state": "succeeded", "done": 2, "total": 2}


# Failures and mistakes


def test_work_goes_on_while_the_database_refuses(transactional_db, alice, monkeypatch, caplog):
    def refuse(*_):
        raise OperationalError("database is locked")

    with progress(alice, "export", total=2) as p:
        with monkeypatch.context() as away:
            away.setattr(WorkQuerySet, "store", refuse)
            p.update(1)
            wait_for(lambda: "is locked" in caplog.text, "it is logged")
        p.update(2)
        wait_for(lambda: only_work()["done"] == 2, "it is stored later")
    assert {each.levelno for each in caplog.records} == {logging.ERROR}


def test_an_end_on_a_broken_connection_is_stored_by_a_new_one(
    transactional_db, alice, monkeypatch, caplog
):
    store, failures = WorkQuerySet.store, [InterfaceError("connection already closed")]

    def fail_once(queryset, work):
        if failures:
            raise failures.pop()
        store(queryset, work)

    with progress(alice, "export"):
        monkeypatch.setattr(WorkQuerySet, "store", fail_once)
    assert (only_work()["state"], failures, caplog.text) == ("succeeded", [], "")


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_an_end_that_cannot_be_stored_keeps_the_work_s_own_error(
    transactional_db, alice, monkeypatch, caplog, kind
):
    def refuse(*_):
        raise kind("gone")

    def work():
        with progress(alice, "export"):
            monkeypatch.setattr(WorkQuerySet, "store", refuse)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert "The end of work cannot be stored" in caplog.text


@pytest.mark.parametrize(
    ("name", "total", "rule"),
    [("", 1, "1 to 100 characters"), ("a" * 101, 1, "not 101"), ("a", -1, "`total` is -1")],
)
def test_wrong_values_are_refused_before_anything_is_stored(alice, name, total, rule):
    with pytest.raises(ValueError, match=rule), progress(alice, name, total):
        pass
    assert not Work.objects.exists()


def test_a_user_who_is_not_stored_is_refused(db):
    with pytest.raises(ValueError, match="pass a saved user"), progress(AnonymousUser(), "export"):
        pass


def test_a_negative_count_is_refused(alice):
    with progress(alice, "export") as p, pytest.raises(ValueError, match="`done` is -1"):
        p.update(-1)


def test_no_report_runs_after_the_work_has_ended():
    class Slow:
        begun, ended = threading.Event(), False

        def report(self):
            self.begun.set()
            time.sleep(0.2)
            self.ended = True

    slow, thread = Slow(), reporting.ReportingThread()
    thread.add(slow)
    assert slow.begun.wait(LIMIT)
    thread.remove(slow)
    assert slow.ended


def test_the_end_of_work_costs_no_report_of_what_still_runs(monkeypatch):
    class Quiet:
        reports = 0

        def report(self):
            self.reports += 1

    monkeypatch.setattr(reporting, "INTERVAL", LIMIT)
    thread, rest, ending = reporting.ReportingThread(), Quiet(), [Quiet() for _ in range(100)]
    for work in (rest, *ending):
        thread.add(work)
    for work in ending:
        thread.remove(work)
        time.sleep(0.001)  # lets the thread run
    assert rest.reports <= 1
    thread.remove(rest)
    wait_for(lambda: thread._thread is None, "the thread ends")


def test_the_thread_survives_any_error(caplog):
    reports = []

    class Broken:
        def report(self):
            reports.append(1)
            raise ZeroDivisionError

    broken, thread = Broken(), reporting.ReportingThread()
    thread.add(broken)
    wait_for(lambda: len(reports) == 2, "it reports again")
    thread.remove(broken)
    assert "cannot be reported for now: ZeroDivisionError()" in caplog.text
