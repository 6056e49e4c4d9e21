"""The system checks."""

import pytest
from django.core.checks import run_checks

from channels_realtime.layers import channel_layers_from_url


def ids():
    return {message.id for message in run_checks()}


def test_the_site_of_the_tests_passes_every_check():
    assert not ids()


@pytest.mark.parametrize("name", ["CHANNELS_LAYERS", "CHANNEL_LAYER", "CHANNELS_LAYER"])
def test_a_misspelt_channel_layers_is_an_error(settings, name):
    setattr(settings, name, settings.CHANNEL_LAYERS)
    del settings.CHANNEL_LAYERS
    assert "channels_realtime.E001" in ids()


def test_a_memory_layer_that_was_not_chosen_is_an_error_in_production(settings):
    settings.DEBUG = False
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


def test_a_production_without_hosts_is_an_error(settings):
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = []
    assert "channels_realtime.E005" in ids()
    settings.ALLOWED_HOSTS = ["example.com"]
    assert "channels_realtime.E005" not in ids()


def test_a_production_without_origins_is_an_error(settings):
    settings.DEBUG = False
    settings.CSRF_TRUSTED_ORIGINS = []
    assert "channels_realtime.E003" in ids()
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com"]
    assert "channels_realtime.E003" not in ids()
