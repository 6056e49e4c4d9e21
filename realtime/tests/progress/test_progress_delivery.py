"""Progress reaches the pages of its user, with every channel layer and under both servers."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from channels_realtime.testing.waiting import wait_until
from support.live_servers import LAYERS
from support.websocket_clients import connect_clients


@pytest.mark.parametrize("layer", LAYERS)
async def test_work_in_one_process_is_shown_by_all_that_the_layer_connects(
    async_db, sites, layer, alice
):
    for worker in sites[layer]:
        await sync_to_async(worker.log_in)(alice)
        connected = [worker] if layer == "memory" else sites[layer]
        cookie = worker.cookies["alice"]
        async with connect_clients(connected, path="ws/progress/", Cookie=cookie) as pages:
            await wait_until(lambda: all(page.frames for page in pages), "each has its list")
            answer = await asyncio.to_thread(worker.get, "/test/work/", "alice")
            assert answer == (200, "done")
            await wait_until(lambda: all(map(has_ended, pages)), "each shows the end")


def has_ended(page):
    """Return whether a page shows that the work has ended, with all of it done."""
    last = page.frames[-1]
    return (last.get("state"), last.get("done")) == ("succeeded", 2)
