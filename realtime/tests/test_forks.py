"""A process that is forked while threads of the library hold their locks works nevertheless.

Servers and workers of queues fork after the project is loaded, and a project may fork by itself.
"""

import asyncio
import os
import threading
import time
from unittest.mock import Mock

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers

from channels_realtime import publishing
from channels_realtime.hub.loops import PerProcess
from channels_realtime.messages import Message
from channels_realtime.monitoring import health
from channels_realtime.progress.reporting import REMOVE_TIMEOUT, reporting_thread
from channels_realtime.publishing import publish
from channels_realtime.testing.waiting import LIMIT, wait_until_sync
from support.async_helpers import new_runner
from support.forks import ends_in_fork

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="This system has no fork."),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


class News(Message, tag="test.news"):
    text: str


class SlowLayer(InMemoryChannelLayer):
    """A layer that is not reached soon."""

    def __init__(self):
        super().__init__()
        self.asked, self.answer = threading.Event(), threading.Event()

    async def group_send(self, group, message):
        self.asked.set()
        await asyncio.to_thread(self.answer.wait, LIMIT)


class Work:
    """Running work, whose report waits until `go` is set."""

    def __init__(self, go):
        self.go, self.reported = go, threading.Event()

    def report(self):
        self.reported.set()
        self.go.wait(LIMIT)


def test_a_fork_publishes_although_the_parent_was_connecting(
    transactional_db, empty_channel_layer, monkeypatch
):
    channel_layers.backends["default"] = layer = SlowLayer()
    monkeypatch.setattr(publishing, "_thread", PerProcess(publishing._SenderThread))
    connecting = threading.Thread(target=publishing.send_soon, args=("group", {"type": "test"}))
    connecting.start()
    assert layer.asked.wait(LIMIT)
    assert ends_in_fork(lambda: publish("group", News("hello")))
    layer.answer.set()
    connecting.join()


def test_a_fork_reports_its_own_work_only_although_the_parent_was_reporting():
    go = threading.Event()
    parents, childs = Work(go), Work(Mock())

    def work():
        thread, begun = reporting_thread.current(), time.monotonic()
        thread.add(childs)
        assert childs.reported.wait(LIMIT)
        assert not parents.reported.is_set()
        thread.remove(childs)
        assert time.monotonic() - begun < REMOVE_TIMEOUT
        wait_until_sync(lambda: thread._thread is None)

    reporting_thread.current().add(parents)
    assert parents.reported.wait(LIMIT)
    parents.reported.clear()
    assert ends_in_fork(work)
    reporting_thread.current()._running.clear()
    go.set()


def test_a_fork_is_ready_although_the_parent_was_asked_before(monkeypatch):
    monkeypatch.setattr(health, "query", lambda: None)  # a database that answers at once
    require_database()
    assert ends_in_fork(require_database)


def require_database():
    with new_runner() as loop:
        assert loop.run(health.answers(health.reach_database))
