"""The addresses of a site, from variables of the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.http.addresses import hosts_from_text, origins_from_text


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("", []),
        (" , ", []),
        ("example.com, www.example.com", ["example.com", "www.example.com"]),
        (
            ".example.com,*,127.0.0.1,[::1],localhost",
            [".example.com", "*", "127.0.0.1", "[::1]", "localhost"],
        ),
        ("https://example.com", ["example.com"]),
        ("http://Example.com:8000/", ["example.com"]),
        ("example.com:443,[::1]:8000", ["example.com", "[::1]"]),
        ('["example.com", "www.example.com"]', ["example.com", "www.example.com"]),
        ("[]", []),
    ],
)
def test_hosts_lose_schemes_and_ports(text, hosts):
    assert hosts_from_text(text) == hosts


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com/app",
        "*.example.com",
        "a b",
        "example.com;b",
        "::1",
        "https://",
        "u@a.b",
        "['example.com']",
        '"example.com"',
        "bücher.example",
        "-a",
        "example.com:port",
    ],
)
def test_a_value_that_is_no_host_is_refused_with_the_rule(value):
    with pytest.raises(
        ImproperlyConfigured, match=r"^ALLOWED_HOSTS contains .*example\.com"
    ) as error:
        hosts_from_text(f"example.com,{value}")
    assert repr(value) in str(error.value)


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", []),
        (
            "https://example.com , http://localhost:8080",
            ["https://example.com", "http://localhost:8080"],
        ),
        ("https://example.com/", ["https://example.com"]),
        (
            "https://example.com:443,http://example.com:80/",
            ["https://example.com", "http://example.com"],
        ),
        ("http://example.com:443", ["http://example.com:443"]),
        ("HTTPS://Example.com", ["https://example.com"]),
        ("https://*.example.com:8443", ["https://*.example.com:8443"]),
        ("http://[::1]:8000,capacitor://localhost", ["http://[::1]:8000", "capacitor://localhost"]),
        (
            '["https://example.com/", "https://b.example"]',
            ["https://example.com", "https://b.example"],
        ),
    ],
)
def test_origins_lose_default_ports_and_the_last_slash(text, origins):
    assert origins_from_text(text) == origins


@pytest.mark.parametrize(
    "value",
    [
        "example.com",
        "example.com:443",
        "//example.com",
        "https:/example.com",
        "null",
        "*",
        "https://example.com/app",
        "https://example.com?x",
        "https://u@example.com",
        "wss://example.com",
        "https://",
        "https://*",
        "['https://example.com']",
        "https://a.example https://b.example",
    ],
)
def test_a_value_that_is_no_origin_is_refused_with_the_rule(value):
    with pytest.raises(
        ImproperlyConfigured, match=r"^CSRF_TRUSTED_ORIGINS contains .*https://example\.com"
    ) as error:
        origins_from_text(value)
    assert repr(value) in str(error.value)
