"""Probes: the truth, in time, whatever else happens, and without leaving anything."""

import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from channels.testing import HttpCommunicator

from config.asgi import application
from realtime import health
from tests.steps import LIMIT, until


async def get(path, host=b"probe.invalid"):
    """Return status and body of a request to the whole application."""
    http = HttpCommunicator(application, "GET", path, headers=[(b"host", host)])
    response = await http.get_response(LIMIT)
    return response["status"], json.loads(response["body"])


READY = 200, {"database": True, "layer": True}


async def test_healthz_answers_under_any_host_name_and_without_https(settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["example.com"], True
    assert await get("/healthz") == (200, {"process": True})


async def test_readyz_says_that_database_and_layer_answer(async_db):
    assert await get("/readyz") == READY


async def test_readyz_is_503_when_the_layer_does_not_answer(async_db, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.BaseChannelLayer"}}
    assert await get("/readyz") == (503, {"database": True, "layer": False})


async def test_readyz_is_503_when_the_layer_is_silent(monkeypatch, impatient):
    monkeypatch.setattr(health, "query", lambda: None)  # a database that takes no time
    monkeypatch.setattr(InMemoryChannelLayer, "receive", lambda *_: asyncio.sleep(10))
    channel_layers.backends["default"] = InMemoryChannelLayer()
    assert await get("/readyz") == (503, {"database": True, "layer": False})


class Layer(InMemoryChannelLayer):
    """Counts the channels that it has to remember; what is received may never come."""

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
def layer(empty_layer):
    channel_layers.backends["default"] = layer = Layer()
    return layer


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(health, "TIMEOUT", 0.5)


async def test_probes_that_come_together_share_one_look(async_db, layer):
    assert await asyncio.gather(*(get("/readyz") for _ in range(20))) == [READY] * 20
    assert layer.made == 1
    assert await get("/readyz") == READY
    assert layer.made == 2


async def test_a_probe_leaves_no_channel_whether_it_succeeds_or_fails(async_db, layer, impatient):
    for layer.is_silent in (False, True):
        await get("/readyz")
        await until(lambda: not layer.remembered)
    assert layer.made == 2


async def test_a_busy_application_is_not_the_fault_of_its_database(async_db):
    go = threading.Event()
    busy = asyncio.create_task(sync_to_async(go.wait)(10))
    try:
        assert await get("/readyz") == READY
        assert not busy.done()
    finally:
        go.set()
        await busy


async def test_a_database_that_hangs_is_told_in_time_and_blocks_nobody(
    layer, monkeypatch, impatient
):
    go = threading.Event()
    monkeypatch.setattr(health, "query", lambda: go.wait(10))
    try:
        for _ in range(2):
            assert await get("/readyz") == (503, {"database": False, "layer": True})
        assert await sync_to_async(lambda: "free")() == "free"
    finally:
        go.set()
