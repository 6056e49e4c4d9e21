"""Which pages may open sockets."""

import pytest

from channels_realtime.auth.origins import is_allowed_origin


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
def test_in_production_pages_of_trusted_origins_can_connect(production, origin):
    assert is_allowed_origin(origin)


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
def test_in_production_no_other_page_can_connect(production, origin):
    assert not is_allowed_origin(origin)


def test_in_production_an_allowed_host_is_not_enough(production, settings):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["*"], []
    assert not is_allowed_origin("https://example.com")


@pytest.fixture
def development(settings):
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = settings.CSRF_TRUSTED_ORIGINS = []


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:8000", "http://127.0.0.1:5173", "http://[::1]:8000", "https://a.localhost"],
)
def test_in_development_pages_of_this_machine_can_connect(development, origin):
    assert is_allowed_origin(origin)


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
def test_in_development_no_other_page_can_connect(development, origin):
    assert not is_allowed_origin(origin)


def test_in_development_allowed_hosts_can_connect_from_any_port(development, settings):
    settings.ALLOWED_HOSTS = [".test.example"]
    assert is_allowed_origin("http://a.test.example:3000")
    assert not is_allowed_origin("http://localhost:3000")


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"", b"\xff", b"http://["])
async def test_the_handshake_of_a_foreign_page_is_refused(open_socket, origin):
    assert not (await open_socket("/ws/echo/typed/", origin=origin)).accepted


async def test_the_handshake_of_a_trusted_page_is_accepted(open_socket, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com"]
    assert (await open_socket("/ws/echo/typed/", origin=b"https://example.com")).accepted
    assert not (await open_socket("/ws/echo/typed/", origin=b"http://localhost")).accepted
