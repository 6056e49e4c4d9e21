"""The plumbing: echo, refusals, health, layers, checks."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from realtime.layers import CORE, MEMORY, PUBSUB, channel_layers


@pytest.mark.parametrize("text", ["hello", '{"a": 1}', "ü€𝄞", " ", "x" * 60_000])
async def test_echo_returns_each_text_frame_as_it_came(connect, text):
    socket = await connect("/ws/echo/")
    await socket.send_to(text_data=text)
    assert await socket.receive_from() == text


async def test_echo_survives_a_binary_frame(connect):
    socket = await connect("/ws/echo/")
    await socket.send_to(bytes_data=b"\x00\xff")
    await socket.send_to(text_data="still here")
    assert await socket.receive_from() == "still here"


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"", b"\xff"])
async def test_a_foreign_or_missing_origin_is_refused(connect, origin):
    socket = await connect("/ws/echo/", origin=origin)
    assert not socket.accepted


@pytest.mark.parametrize("path", ["/ws/none/", "/ws/echo", "/", "/ws/chat//"])
async def test_an_unknown_path_is_refused_without_an_error(connect, path):
    assert not (await connect(path)).accepted


def test_healthz_answers_without_signing_in(client):
    assert client.get("/healthz").content == b"ok\n"


async def test_readyz_says_that_database_and_layer_answer(async_client, transactional_db):
    response = await async_client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": True, "layer": True}


async def test_readyz_is_503_when_the_layer_does_not_answer(
    async_client, transactional_db, settings
):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.BaseChannelLayer"}}
    response = await async_client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": True, "layer": False}


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("", MEMORY),
        ("memory://", MEMORY),
        ("redis://h:1/0", PUBSUB),
        ("rediss://h:1/0", PUBSUB),
        ("redis+core://h:1/0", CORE),
        ("rediss+core://h:1/0", CORE),
    ],
)
def test_the_layer_follows_from_the_scheme(url, backend):
    assert channel_layers(url, "p")["default"]["BACKEND"] == backend


@pytest.mark.parametrize("url", ["redis://h:1/0", "redis+core://h:1/0"])
def test_redis_layers_have_a_prefix_and_a_timeout_above_the_blocking_read(url):
    config = channel_layers(url, "my-site")["default"]["CONFIG"]
    assert config["prefix"] == "my-site"
    assert config["hosts"][0]["socket_timeout"] > 5
    assert config["hosts"][0]["address"] == "redis://h:1/0"


def test_an_unknown_scheme_is_an_error_that_does_not_show_the_password():
    with pytest.raises(ImproperlyConfigured, match="'amqp'") as error:
        channel_layers("amqp://user:hunter2@h", "p")
    assert "hunter2" not in str(error.value)


def ids():
    return {message.id for message in run_checks()}


def test_this_project_has_no_finding():
    assert not ids()


@pytest.mark.parametrize("name", ["CHANNELS_LAYERS", "CHANNEL_LAYER", "CHANNELS_LAYER"])
def test_a_misspelt_channel_layers_is_found(settings, name):
    setattr(settings, name, {})
    assert "realtime.E001" in ids()


def test_a_memory_layer_that_nobody_chose_is_an_error_in_production(settings):
    settings.DEBUG = False
    settings.CHANNEL_LAYERS = channel_layers("", "p")
    settings.CHANNEL_LAYER_URL = ""
    assert "realtime.E002" in ids()
    settings.CHANNEL_LAYER_URL = "memory://"
    assert "realtime.E002" not in ids()
