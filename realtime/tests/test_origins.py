"""Which pages may open sockets."""

import pytest

from realtime.origins import is_allowed


@pytest.fixture
def production(settings):
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["example.com", "elsewhere.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com", "https://*.example.org:8443"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://example.com",
        "https://EXAMPLE.com",
        "https://a.example.org:8443",
        "https://a.b.example.org:8443",
    ],
)
def test_in_production_pages_of_the_trusted_origins_may_connect(production, origin):
    assert is_allowed(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "example.com",
        "https://",
        "http://example.com",
        "https://example.com:8443",
        "https://example.com.evil.example",
        "https://evil.example/https://example.com",
        "https://evil-example.com",
        "https://sub.example.com",
        "https://example.org:8443",
        "https://a.example.org",
        "https://evilexample.org:8443",
        "https://elsewhere.example",
        "http://localhost",
        "http://127.0.0.1:8000",
    ],
)
def test_in_production_no_other_page_may(production, origin):
    assert not is_allowed(origin)


def test_in_production_a_host_of_ours_is_not_enough(production, settings):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["*"], []
    assert not is_allowed("https://example.com")


@pytest.fixture
def development(settings):
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = settings.CSRF_TRUSTED_ORIGINS = []


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:8000", "http://127.0.0.1:5173", "http://[::1]:8000", "https://a.localhost"],
)
def test_in_development_pages_of_this_machine_may_connect(development, origin):
    assert is_allowed(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://",
        "file://localhost",
        "http://evil.example",
        "http://localhost.evil.example",
    ],
)
def test_in_development_no_other_page_may(development, origin):
    assert not is_allowed(origin)


def test_in_development_hosts_of_ours_may_connect_from_any_port(development, settings):
    settings.ALLOWED_HOSTS = [".test.example"]
    assert is_allowed("http://a.test.example:3000")
    assert not is_allowed("http://localhost:3000")


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"", b"\xff", b"http://["])
async def test_the_handshake_of_a_foreign_page_is_refused(visit, origin):
    assert not (await visit("/ws/echo/typed/", origin=origin)).accepted


async def test_the_handshake_of_our_page_is_accepted(visit, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com"]
    assert (await visit("/ws/echo/typed/", origin=b"https://example.com")).accepted
    assert not (await visit("/ws/echo/typed/", origin=b"http://localhost")).accepted
