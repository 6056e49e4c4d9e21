"""The health probes: correct, in time, and without leaving channels behind."""

import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from channels.testing import HttpCommunicator

from channels_realtime.monitoring import health
from channels_realtime.testing.waiting import LIMIT, wait_until
from site_config.asgi import application


async def get(path, host=b"probe.invalid"):
    """Return status and body of a request to the whole application."""
    http = HttpCommunicator(application, "GET", path, headers=[(b"host", host)])
    response = await http.get_response(LIMIT)
    return response["status"], json.loads(response["body"])


READY = 200, {"database": True, "layer": True}


async def test_healthz_answers_under_any_host_name_and_without_https(settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["example.com"], True
    assert await get("/healthz") == (200, {"process": True})


async def test_readyz_is_200_when_database_and_layer_answer(async_db):
    assert await get("/readyz") == READY


async def test_readyz_is_503_when_the_layer_raises(async_db, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.BaseChannelLayer"}}
    assert await get("/readyz") == (503, {"database": True, "layer": False})


async def test_readyz_is_503_when_the_layer_does_not_deliver(monkeypatch, short_timeout):
    monkeypatch.setattr(health, "query", lambda: None)  # a database that answers at once
    monkeypatch.setattr(InMemoryChannelLayer, "receive", lambda *_: asyncio.sleep(10))
    channel_layers.backends["default"] = InMemoryChannelLayer()
    assert await get("/readyz") == (503, {"database": True, "layer": False})


class Layer(InMemoryChannelLayer):
    """A layer that counts its channels, and may never deliver."""

    is_silent = False

    def __init__(self):
        super().__init__()
        self.made, self.remembered = 0, set()

    async def new_channel(self, prefix="specific."):
        channel = await super().new_channel(prefix)
        self.made += 1
        self.remembered.add(channel)
        return channel

    async def receive(self, channel):
        if self.is_silent:
            await asyncio.sleep(100)
        return await super().receive(channel)

    async def forget_channel(self, channel):
        self.remembered.discard(channel)


@pytest.fixture
def layer(empty_channel_layer):
    channel_layers.backends["default"] = layer = Layer()
    return layer


@pytest.fixture
def short_timeout(monkeypatch):
    monkeypatch.setattr(health, "TIMEOUT", 0.5)


async def test_simultaneous_probes_share_one_check(async_db, layer):
    assert await asyncio.gather(*(get("/readyz") for _ in range(20))) == [READY] * 20
    assert layer.made == 1
    assert await get("/readyz") == READY
    assert layer.made == 2


async def test_a_probe_leaves_no_channel_whether_it_succeeds_or_fails(
    async_db, layer, short_timeout
):
    for layer.is_silent in (False, True):
        await get("/readyz")
        await wait_until(lambda: not layer.remembered)
    assert layer.made == 2


async def test_a_busy_thread_of_the_application_does_not_fail_the_database_check(async_db):
    go = threading.Event()
    busy = asyncio.create_task(sync_to_async(go.wait)(10))
    try:
        assert await get("/readyz") == READY
        assert not busy.done()
    finally:
        go.set()
        await busy


async def test_a_database_that_hangs_is_reported_in_time_and_blocks_no_other_thread(
    layer, monkeypatch, short_timeout
):
    go = threading.Event()
    monkeypatch.setattr(health, "query", lambda: go.wait(10))
    try:
        for _ in range(2):
            assert await get("/readyz") == (503, {"database": False, "layer": True})
        assert await sync_to_async(lambda: "free")() == "free"
    finally:
        go.set()
