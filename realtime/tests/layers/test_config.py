"""The configuration of the channel layer from one URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.layers import channel_layers_from_url
from channels_realtime.layers.config import CORE, MEMORY, PUBSUB


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
def test_the_scheme_chooses_the_layer(url, backend):
    assert channel_layers_from_url(url, "p")["default"]["BACKEND"] == backend


@pytest.mark.parametrize("url", ["redis://h:1/0", "redis+core://h:1/0"])
def test_redis_layers_have_a_prefix_and_a_timeout_above_the_blocking_read(url):
    config = channel_layers_from_url(url, "my-site")["default"]["CONFIG"]
    assert config["prefix"] == "my-site"
    assert config["hosts"][0]["socket_timeout"] > 5
    assert config["hosts"][0]["address"] == "redis://h:1/0"


def test_an_unknown_scheme_is_an_error_that_does_not_show_the_password():
    with pytest.raises(ImproperlyConfigured, match="'amqp'") as error:
        channel_layers_from_url("amqp://user:hunter2@h", "p")
    assert "hunter2" not in str(error.value)
