"""Database connections and threads that handlers use."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from channels_realtime.publishing import apublish
from channels_realtime.testing.waiting import wait_until
from people.models import Person
from support.repeat_consumer import GROUP, RepeatConsumer, Said, said, say, send_event


@pytest.fixture
async def thread_calls(monkeypatch):
    """The functions that the event loop runs in threads during the test."""
    loop, seen = asyncio.get_running_loop(), []
    run = loop.run_in_executor

    def run_in_executor(executor, function, *values):
        seen.append(function)
        return run(executor, function, *values)

    monkeypatch.setattr(loop, "run_in_executor", run_in_executor)
    return seen


async def test_a_message_without_database_access_uses_no_thread(socket, thread_calls):
    await socket.send_json_to(say("hello"))
    await apublish(GROUP, Said("to all"))
    await send_event("test.repeat", text="event")
    texts = {(await socket.receive_json_from())["text"] for _ in range(3)}
    assert await socket.is_open()
    assert texts == {"hello", "to all", "event"}
    assert not thread_calls


async def test_a_database_connection_that_a_handler_opens_is_closed_afterwards(
    connect, add_route, bob, thread_calls
):
    class QueryConsumer(RepeatConsumer):
        async def repeat(self, text):
            user = await Person.objects.aget(username=text)
            await self.send_message(Said(f"{user.pk} {await is_connected()}"))

    socket = await connect(add_route(QueryConsumer))
    before = len(thread_calls)
    await socket.send_json_to(say("bob"))
    assert await socket.receive_json_from() == said(f"{bob.pk} True")
    # The query, is_connected(), and the closing.
    await wait_until(lambda: len(thread_calls) == before + 3)
    assert not await is_connected()


@sync_to_async
def is_connected():
    return connection.connection is not None
