"""The event loop that the thread of a synchronous consumer does not have."""

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "no-event-loop"
HELPERS = """
def run(coroutine):
    return asyncio.get_event_loop().run_until_complete(coroutine)
def run_in_try(coroutine):
    try:
        return asyncio.get_event_loop().run_until_complete(coroutine)
    except RuntimeError:
        return asyncio.run(coroutine)
@sync_to_async
def decorated():
    asyncio.get_event_loop()
"""


@pytest.mark.parametrize(
    ("body", "more", "count"),
    [
        ("asyncio.get_event_loop().run_until_complete(save())", "", 1),
        ("loop = asyncio.get_event_loop()\nloop.create_task(save())", "", 1),
        ("self.ring(save())", "    def ring(self, c):\n        asyncio.get_event_loop()\n", 1),
        ("run(save())\nrun(save())", "", 1),
        ("self.task = asyncio.create_task(save())", "", 1),
        ("asyncio.ensure_future(save())", "", 1),
        ("asyncio.get_running_loop().create_task(save())", "", 1),
        ("self.ring(save())", "    def ring(self, c):\n        asyncio.create_task(c)\n", 1),
        ("self.loop.create_task(save())", "", 0),
        (
            "async_to_sync(self.start)()",
            "    async def start(self):\n        asyncio.create_task(save())\n",
            0,
        ),
        (
            "try:\n    asyncio.get_running_loop()\nexcept RuntimeError:\n    asyncio.run(save())",
            "",
            0,
        ),
        ("run_in_try(save())", "", 0),
        ("decorated()", "", 0),
        ("try:\n    run(save())\nexcept RuntimeError:\n    asyncio.run(save())", "", 0),
        ("asyncio.run(save())", "", 0),
        ("asyncio.new_event_loop().run_until_complete(save())", "", 0),
        ("async def inner():\n    asyncio.get_event_loop()\nasync_to_sync(inner)()", "", 0),
        ("pass", "    def __init__(self):\n        self.loop = asyncio.get_event_loop()\n", 0),
        ("run(save())", "asyncio.set_event_loop(asyncio.new_event_loop())\n", 0),
    ],
)
def test_the_thread_of_a_synchronous_consumer_has_no_event_loop(tmp_path, body, more, count):
    text = f"{HELPERS}{method(body, 'WebsocketConsumer')}\n{more}"
    assert len(report(tmp_path, RULE, text)) == count


@pytest.mark.parametrize("base", ["AsyncWebsocketConsumer", "Unknown, WebsocketConsumer"])
def test_other_consumers_may_run_in_a_loop(tmp_path, base):
    text = method("asyncio.get_event_loop()", base)
    assert report(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    ("statement", "fix"),
    [
        (
            "asyncio.get_event_loop().run_until_complete(save(1, a=2))",
            "async_to_sync(save)(1, a=2)",
        ),
        ("x = asyncio.get_event_loop().run_until_complete(save())", "x = async_to_sync(save)()"),
        ("asyncio.get_event_loop().run_until_complete(task)", ""),
        ("asyncio.get_event_loop().create_task(save())", ""),
    ],
)
def test_the_fix_calls_the_coroutine_function_in_the_loop_of_the_server(tmp_path, statement, fix):
    report(tmp_path, RULE, method(statement, "WebsocketConsumer"))
    [found] = RULES[RULE].check(Project(str(tmp_path)))
    assert found.fix.startswith(f"-{statement}\n+{fix}" if fix else "Call the coroutine function")
