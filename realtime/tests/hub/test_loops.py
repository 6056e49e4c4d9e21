"""One instance of a class for each event loop."""

import asyncio
import gc
import os
import threading

import pytest

from channels_realtime.hub.loops import PerLoop
from channels_realtime.hub.tasks import BackgroundTasks
from channels_realtime.testing.waiting import wait_until, wait_until_sync
from support.async_helpers import let_run, new_runner, other_tasks


class Thing:
    """Something of which there is one for each loop."""


async def current(things):
    return things.current()


def test_each_loop_has_one_instance_which_goes_with_it():
    things = PerLoop(Thing)
    with new_runner() as one, new_runner() as other:
        first = one.run(current(things))
        assert one.run(current(things)) is first
        assert other.run(current(things)) is not first
    assert things.find_running() is None
    del one, other
    gc.collect()
    assert len(things._instances) == 0


def test_there_is_no_instance_outside_of_a_loop():
    with pytest.raises(RuntimeError):
        PerLoop(Thing).current()


def test_a_running_loop_is_found_from_another_thread():
    things, end = PerLoop(Thing), threading.Event()

    async def run():
        things.current()
        await asyncio.to_thread(end.wait)

    with new_runner() as idle:
        idle.run(current(things))  # a loop that does not run is not found
        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        wait_until_sync(things.find_running)
        loop, thing = things.find_running()
        assert loop.is_running()
        assert isinstance(thing, Thing)
        end.set()
        thread.join()
        assert things.find_running() is None


async def test_a_forked_process_finds_no_running_loop_and_makes_instances_of_its_own(monkeypatch):
    things = PerLoop(Thing)
    first = things.current()
    assert things.find_running() is not None
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert things.find_running() is None
    assert things.current() is not first


async def test_to_look_for_an_instance_makes_none():
    things = PerLoop(Thing)
    assert things.find_current() is None
    assert things.find_running() is None
    assert things.current() is things.find_current()


async def test_background_tasks_are_kept_until_they_are_done():
    tasks, go = BackgroundTasks(), asyncio.Event()

    async def work():
        await go.wait()

    task = tasks.spawn(work())
    gc.collect()
    await tasks.wait(0.01)
    assert not task.done()
    go.set()
    await tasks.wait(5)
    assert task.done()
    await let_run(1)
    assert not tasks._tasks
    await tasks.wait(5)  # nothing to wait for


async def test_wait_until_fails_with_what_it_waits_for():
    with pytest.raises(AssertionError, match=r"not within 0\.01 seconds: the sun rises"):
        await wait_until(lambda: False, "the sun rises", 0.01)
    await wait_until(lambda: True)
    assert not other_tasks()


def test_wait_until_sync_waits():
    done = threading.Event()
    threading.Timer(0.05, done.set).start()
    wait_until_sync(done.is_set)
    assert done.is_set()
