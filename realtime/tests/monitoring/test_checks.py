"""The system checks."""

import pytest
from channels.exceptions import InvalidChannelLayerError
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.asgi import WebSocketStack
from channels_realtime.layers import channel_layers_from_url
from channels_realtime.monitoring import checks
from channels_realtime.monitoring.checks import known_settings


def ids():
    return {message.id for message in run_checks()}


def test_the_site_of_the_tests_passes_every_check():
    assert not ids()


@pytest.mark.parametrize("name", ["CHANNELS_LAYERS", "CHANNEL_LAYER", "CHANNELS_LAYER"])
def test_a_misspelt_channel_layers_is_an_error(settings, name):
    setattr(settings, name, settings.CHANNEL_LAYERS)
    del settings.CHANNEL_LAYERS
    assert "channels_realtime.E001" in ids()


def test_a_memory_layer_that_was_not_chosen_is_an_error_in_production(settings, monkeypatch):
    monkeypatch.setattr(checks, "debug_at_startup", False)
    settings.CHANNEL_LAYERS = channel_layers_from_url("", "p")
    settings.CHANNEL_LAYER_URL = ""
    assert "channels_realtime.E002" in ids()
    settings.CHANNEL_LAYER_URL = "memory://"
    assert "channels_realtime.E002" not in ids()


def test_redis_without_its_package_is_an_error(settings, monkeypatch):
    monkeypatch.setattr("channels_realtime.monitoring.checks.find_spec", lambda name: None)
    settings.CHANNEL_LAYER_URL = "redis://127.0.0.1:6379/0"
    assert "channels_realtime.E004" in ids()
    settings.CHANNEL_LAYER_URL = "memory://"
    assert "channels_realtime.E004" not in ids()


def test_a_production_without_hosts_is_an_error(settings, monkeypatch):
    monkeypatch.setattr(checks, "debug_at_startup", False)
    settings.ALLOWED_HOSTS = []
    assert "channels_realtime.E005" in ids()
    settings.ALLOWED_HOSTS = ["example.com"]
    assert "channels_realtime.E005" not in ids()


def test_a_production_without_origins_is_an_error(settings, monkeypatch):
    monkeypatch.setattr(checks, "debug_at_startup", False)
    settings.CSRF_TRUSTED_ORIGINS = []
    assert "channels_realtime.E003" in ids()
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com"]
    assert "channels_realtime.E003" not in ids()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("ALLOWED_HOSTS", "https://example.com", "Write 'example.com'."),
        ("ALLOWED_HOSTS", "example.com:8000", "Write 'example.com'."),
        ("ALLOWED_HOSTS", "*.example.com", "such as example.com or .example.com."),
        ("CSRF_TRUSTED_ORIGINS", "https://example.com/", "Write 'https://example.com'."),
        ("CSRF_TRUSTED_ORIGINS", "https://example.com:443", "Write 'https://example.com'."),
        ("CSRF_TRUSTED_ORIGINS", "example.com", "such as https://example.com."),
    ],
)
def test_an_address_that_matches_nothing_is_an_error_with_the_right_form(
    settings, name, value, hint
):
    setattr(settings, name, [value])
    [message] = messages("E007")
    assert message.startswith(f"{name} contains {value!r}, which matches no page")
    assert message.endswith(hint)
    with pytest.raises(ImproperlyConfigured, match=f"{name} contains"):
        WebSocketStack([])


def deploy_ids():
    """Return the ids of `manage.py check --deploy`."""
    return {message.id for message in run_checks(include_deployment_checks=True)}


def test_static_files_that_are_not_collected_are_an_error_of_a_deployment(settings, tmp_path):
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.DEBUG, settings.STATIC_ROOT = False, tmp_path
    assert "channels_realtime.E008" in deploy_ids()
    assert "channels_realtime.E008" not in ids()
    settings.DEBUG = True
    assert "channels_realtime.E008" not in deploy_ids()
    settings.DEBUG = False
    (tmp_path / "staticfiles.json").write_text('{"version": "1.1", "paths": {}}')
    assert "channels_realtime.E008" not in deploy_ids()


def test_plain_static_files_need_no_manifest(settings):
    settings.DEBUG = False
    assert "channels_realtime.E008" not in deploy_ids()


def test_an_address_in_capitals_is_no_error(settings):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["Example.com"], ["https://Example.com"]
    assert not ids() & {"channels_realtime.E007"}


def test_tests_of_a_development_site_need_no_settings_of_production(settings):
    """Test runners switch DEBUG off after the start."""
    settings.DEBUG, settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = False, [], []
    assert not ids()


# The library's own settings


def messages(number):
    """Return the texts and hints of the check with this id."""
    found = [each for each in run_checks() if each.id == f"channels_realtime.{number}"]
    return [f"{each.msg} {each.hint}" for each in found]


WRONG_VALUES = {
    **{
        (name, value): "a positive number"
        for name in (
            "REALTIME_MAX_MESSAGE_BYTES",
            "REALTIME_MESSAGE_RATE",
            "REALTIME_MESSAGE_BURST",
            "REALTIME_MAX_SOCKETS_PER_USER",
            "REALTIME_SEND_QUEUE_BYTES",
            "REALTIME_RECHECK_SECONDS",
            "REALTIME_PRESENCE_SECONDS",
        )
        for value in (0, -1, "10", None, True)
    },
    ("REALTIME_SERVICES", "channels_realtime.services.valkey.Valkey"): "a list",
    ("REALTIME_SERVICES", None): "a list",
    ("REALTIME_CONTRACT_TITLE", None): "text",
    ("REALTIME_CONTRACT_VERSION", 1.0): "text",
    ("CHANNEL_LAYER_URL", 6379): "text",
    ("CHANNEL_LAYER_URL", None): "text",
}


@pytest.mark.parametrize(("name", "value"), WRONG_VALUES)
def test_a_wrong_value_of_a_setting_is_an_error_that_shows_it(settings, name, value):
    setattr(settings, name, value)
    [message] = messages("E006")
    assert message.startswith(f"The setting {name} is {value!r}, which is not ")
    assert WRONG_VALUES[name, value] in message
    assert repr(known_settings()[name].default) in message


def test_every_setting_has_a_rule():
    assert {name for name, _ in WRONG_VALUES} == {*known_settings()}


@pytest.mark.parametrize(
    ("name", "value"),
    [("REALTIME_MESSAGE_RATE", 0.5), ("REALTIME_MESSAGE_BURST", 1), ("REALTIME_SERVICES", ())],
)
def test_a_right_value_of_a_setting_is_no_error(settings, name, value):
    setattr(settings, name, value)
    assert messages("E006") == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("REALTIME_MESSAGE_BYTES", "REALTIME_MAX_MESSAGE_BYTES"),
        ("REALTIME_RECHECK", "REALTIME_RECHECK_SECONDS"),
    ],
)
def test_an_unknown_setting_is_a_warning_with_the_nearest_name(settings, name, nearest):
    setattr(settings, name, 1)
    [message] = messages("W001")
    assert f" {name} " in message
    assert message.endswith(f" {nearest}.")


# The start of a server


def test_an_error_stops_the_start_of_a_server(settings):
    settings.REALTIME_MESSAGE_RATE = 0
    with pytest.raises(ImproperlyConfigured, match=r"REALTIME_MESSAGE_RATE is 0, .* Remove it"):
        WebSocketStack([])


def test_neither_a_warning_nor_a_silenced_error_stops_the_start_of_a_server(settings):
    settings.REALTIME_UNKNOWN = 1
    settings.REALTIME_MESSAGE_RATE = 0
    settings.SILENCED_SYSTEM_CHECKS = ["channels_realtime.E006"]
    WebSocketStack([])


def test_a_layer_that_cannot_be_made_stops_the_start_of_a_server(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "no.such.Layer"}}
    with pytest.raises(InvalidChannelLayerError):
        WebSocketStack([])
