"""The limits of deploy/nginx.conf, with the real nginx in front of each server."""

import asyncio
import http.client
import socket
from collections import Counter
from urllib.parse import urlencode

import pytest
from support.proxy import serve_behind_proxy
from support.servers import PRODUCTION_VARIABLES
from support.websocket_echo import ECHO_PATH

pytestmark = pytest.mark.slow

TIMEOUT = 60  # seconds
SERVERS = ["uvicorn", "daphne"]
LOGIN_PAGES = ["/accounts/login/", "/admin/login/"]
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


@pytest.fixture(scope="module", params=SERVERS)
def site(request, default_project, tmp_path_factory):
    """A proxy in front of a server; an address may have 500 connections."""
    default_project.manage("collectstatic", "--no-input", **PRODUCTION_VARIABLES)
    folder = tmp_path_factory.mktemp("proxy")
    fewer = lambda text: text.replace("-connections 1000;", "-connections 500;")  # noqa: E731
    with serve_behind_proxy(default_project, request.param, folder, fewer) as site:
        yield site


def request_status(site, method, path, body=None, address="127.0.0.1", **headers):
    """Return the status of a request from an address of this machine."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", site.port, timeout=TIMEOUT, source_address=(address, 0)
    )
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def sign_in(site, path, address):
    """Return the status of a login form with a wrong password, and without a token."""
    body = urlencode({"username": "alice", "password": "guessed"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return request_status(site, "POST", path, body, address, **headers)


def test_an_address_that_guesses_passwords_gets_429_and_no_other_address(site):
    statuses = Counter(sign_in(site, LOGIN_PAGES[n % 2], "127.0.0.2") for n in range(40))
    assert set(statuses) == {403, 429}
    assert 11 <= statuses[403] <= 15  # the burst, and one more every three seconds
    assert sign_in(site, LOGIN_PAGES[0], "127.0.0.3") == 403


@pytest.mark.parametrize("path", ["/accounts/%6Cogin/", "//accounts/login/", "/accounts/login/?a"])
def test_another_spelling_of_a_login_page_is_limited_too(site, path):
    statuses = {sign_in(site, path, "127.0.0.4") for _ in range(40)}
    assert 429 in statuses


def test_the_limit_of_sign_in_attempts_leaves_pages_and_sockets_alone(site):
    def use_site():
        statuses = {request_status(site, "GET", path) for path in ("/", *LOGIN_PAGES)}
        statuses.add(request_status(site, "POST", "/accounts/logout/"))
        return statuses

    statuses = {sign_in(site, LOGIN_PAGES[0], "127.0.0.1") for _ in range(40)}
    assert 429 in statuses
    assert set().union(*(use_site() for _ in range(10))) == {200, 403}
    assert site.echo("hello") == "hello"


def test_a_request_body_of_more_than_1_mib_is_refused_before_a_server_gets_it(site):
    assert request_status(site, "POST", "/notify/", b"x" * 2**20) == 403
    assert request_status(site, "POST", "/notify/", b"x" * (2**20 + 1)) == 413


def test_headers_that_a_server_would_not_answer_are_refused(site):
    upgrade = {**HANDSHAKE, "Origin": site.url}
    assert request_status(site, "GET", ECHO_PATH, **upgrade, X="x" * 8000) == 101
    assert request_status(site, "GET", ECHO_PATH, **upgrade, X="x" * 8200) == 400
    assert request_status(site, "GET", f"{ECHO_PATH}?{'x' * 8200}", **upgrade) == 414


def test_an_unfinished_handshake_ends_after_ten_seconds(site):
    with socket.create_connection(("127.0.0.1", site.port), timeout=TIMEOUT) as connection:
        connection.sendall(f"GET {ECHO_PATH} HTTP/1.1\r\nUpgrade: websocket\r\n".encode())
        connection.settimeout(15)
        assert connection.recv(1000) == b""


def test_500_sockets_of_one_address_open_at_once_and_no_more(site):
    statuses = asyncio.run(open_sockets(site, 510))
    assert statuses == {"101": 500, "429": 10}


async def open_sockets(site, count):
    """Open sockets at once; return how many handshakes got each status."""
    sockets = await asyncio.gather(*(open_socket(site) for _ in range(count)))
    for _, writer in sockets:
        writer.close()
    return Counter(status for status, _ in sockets)


async def open_socket(site):
    """Return the status of a handshake, and the open connection."""
    async with asyncio.timeout(TIMEOUT):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", site.port, local_addr=("127.0.0.5", 0)
        )
        headers = {**HANDSHAKE, "Host": site.host, "Origin": site.url}
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        writer.write(f"GET {ECHO_PATH} HTTP/1.1\r\n{''.join(lines)}\r\n".encode())
        line = await reader.readline()
        return line.split()[1].decode(), writer
