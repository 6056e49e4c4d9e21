"""The plumbing: echo, layers, checks, sessions."""

import pytest
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from realtime.authentication import open_session, session_user
from realtime.layers import CORE, MEMORY, PUBSUB
from realtime.layers import channel_layers as layers_for


@pytest.mark.parametrize("text", ["hello", '{"a": 1}', "ü€𝄞", " ", "x" * 60_000])
async def test_echo_returns_each_text_frame_as_it_came(visit, text):
    socket = await visit("/ws/echo/")
    await socket.send_to(text_data=text)
    assert await socket.receive_from() == text


async def test_echo_survives_a_binary_frame(visit):
    socket = await visit("/ws/echo/")
    await socket.send_to(bytes_data=b"\x00\xff")
    await socket.send_to(text_data="still here")
    assert await socket.receive_from() == "still here"


async def test_the_typed_echo_is_for_everybody(visit):
    socket = await visit("/ws/echo/typed/")
    await socket.send_json_to({"type": "echo.say", "text": "hello"})
    assert await socket.receive_json_from() == {"type": "echo.said", "text": "hello"}


@pytest.mark.parametrize("path", ["/ws/none/", "/ws/echo", "/", "/ws/chat//"])
async def test_an_unknown_path_is_refused_without_an_error_and_named(visit, path, caplog):
    assert not (await visit(path)).accepted
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        f"A socket was refused: no route for {path!r}."
    ]


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
    assert layers_for(url, "p")["default"]["BACKEND"] == backend


@pytest.mark.parametrize("url", ["redis://h:1/0", "redis+core://h:1/0"])
def test_redis_layers_have_a_prefix_and_a_timeout_above_the_blocking_read(url):
    config = layers_for(url, "my-site")["default"]["CONFIG"]
    assert config["prefix"] == "my-site"
    assert config["hosts"][0]["socket_timeout"] > 5
    assert config["hosts"][0]["address"] == "redis://h:1/0"


def test_an_unknown_scheme_is_an_error_that_does_not_show_the_password():
    with pytest.raises(ImproperlyConfigured, match="'amqp'") as error:
        layers_for("amqp://user:hunter2@h", "p")
    assert "hunter2" not in str(error.value)


def ids():
    return {message.id for message in run_checks()}


def test_this_project_has_no_finding():
    assert not ids()


@pytest.mark.parametrize("name", ["CHANNELS_LAYERS", "CHANNEL_LAYER", "CHANNELS_LAYER"])
def test_a_misspelt_channel_layers_is_found(settings, name):
    setattr(settings, name, settings.CHANNEL_LAYERS)
    del settings.CHANNEL_LAYERS
    assert "realtime.E001" in ids()


def test_a_memory_layer_that_nobody_chose_is_an_error_in_production(settings):
    settings.DEBUG = False
    settings.CHANNEL_LAYERS = layers_for("", "p")
    settings.CHANNEL_LAYER_URL = ""
    assert "realtime.E002" in ids()
    settings.CHANNEL_LAYER_URL = "memory://"
    assert "realtime.E002" not in ids()


def test_redis_without_its_package_is_an_error(settings, monkeypatch):
    monkeypatch.setattr("realtime.checks.find_spec", lambda name: None)
    settings.CHANNEL_LAYER_URL = "redis://127.0.0.1:6379/0"
    assert "realtime.E004" in ids()
    settings.CHANNEL_LAYER_URL = "memory://"
    assert "realtime.E004" not in ids()


def test_a_production_without_hosts_is_an_error(settings):
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = []
    assert "realtime.E005" in ids()
    settings.ALLOWED_HOSTS = ["example.com"]
    assert "realtime.E005" not in ids()


def test_a_production_without_origins_is_an_error(settings):
    settings.DEBUG = False
    settings.CSRF_TRUSTED_ORIGINS = []
    assert "realtime.E003" in ids()
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com"]
    assert "realtime.E003" not in ids()


@pytest.fixture
def session(alice):
    """A session of alice, as the browser and the server share it."""
    client = Client()
    client.force_login(alice)
    return client.session


def test_a_session_belongs_to_its_user(session, alice):
    assert session_user(session) == alice


def test_a_session_outlives_a_change_of_the_secret_key(session, alice, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    assert session_user(session) == alice
    assert Session.objects.filter(pk=session.session_key).exists()


def test_a_session_under_a_forgotten_key_is_nobodys_and_stays(session, settings):
    settings.SECRET_KEY = "a new key"
    assert not session_user(session).is_authenticated
    assert Session.objects.filter(pk=session.session_key).exists()


def test_a_changed_password_ends_a_session(session, alice):
    alice.set_password("new")
    alice.save()
    assert not session_user(session).is_authenticated


def test_an_inactive_user_is_nobody(session, alice):
    alice.is_active = False
    alice.save()
    assert not session_user(session).is_authenticated


def test_an_empty_or_broken_session_is_nobodys(session):
    assert not session_user(open_session(None)).is_authenticated
    session["_auth_user_backend"] = "no.such.Backend"
    assert not session_user(session).is_authenticated
