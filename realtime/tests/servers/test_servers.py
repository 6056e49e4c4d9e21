"""The site under Daphne and uvicorn: what clients see, and how a server ends."""

import json
import re
import socket
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from channels_realtime.messages import CloseCode
from channels_realtime.testing.waiting import LIMIT
from support.live_servers import SERVERS, SHORT_PINGS, client_frame, live_sites

SAY = '{"type":"echo.say","text":"hello"}'
SAID = '{"type":"echo.said","text":"hello"}'


@pytest.fixture(scope="module", params=SERVERS)
def site_and_silent_sockets(request, tmp_path_factory):
    """A server, and two sockets that are silent while other tests run."""
    with (
        serving(request.param, tmp_path_factory.mktemp("live")) as site,
        site.connect("ws/echo/typed/") as idle,
        site.connect_raw("ws/echo/typed/") as dead,
    ):
        yield site, idle, dead


@pytest.fixture
def site(site_and_silent_sockets):
    """A server: the tests run with each."""
    return site_and_silent_sockets[0]


@contextmanager
def serving(server, folder):
    """Run a server with short ping timeouts. It must log no traceback."""
    with live_sites(folder, [server], SHORT_PINGS[server]) as [site]:
        yield site
    assert "Traceback" not in site.log.read_text(errors="replace")


def ask(socket, message):
    """Send a message and return the answer."""
    socket.send(message if isinstance(message, str) else json.dumps(message))
    return json.loads(socket.recv(timeout=LIMIT))


def close_code(socket):
    """Read to the end; return the close code, or None if the connection just broke."""
    try:
        while True:
            socket.recv(timeout=LIMIT)
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


@pytest.mark.parametrize("text", ["hello", "ü€𝄞", " ", "x" * 60_000])
def test_echo_returns_each_text(site, text):
    with site.connect("ws/echo/") as socket:
        socket.send(text)
        assert socket.recv(timeout=LIMIT) == text


def test_a_typed_echo_answers_each_frame(site):
    with site.connect("ws/echo/typed/") as socket:
        assert ask(socket, SAY) == json.loads(SAID)
        assert ask(socket, '{"type":"ping"}') == {"type": "pong"}
        assert ask(socket, "not json")["code"] == "bad_json"
        socket.send(b"\xff")
        assert json.loads(socket.recv(timeout=LIMIT))["code"] == "binary"


def test_one_message_reaches_every_socket_of_a_group(site):
    with ExitStack() as stack:
        sockets = [stack.enter_context(site.connect("ws/test/")) for _ in range(5)]
        sockets[0].send('{"type":"test.say","text":"hello"}')
        expected = {"type": "test.said", "text": "hello 0"}
        assert [json.loads(socket.recv(timeout=LIMIT)) for socket in sockets] == [expected] * 5


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("ws/no-such-path/", ""),
        ("", ""),
        ("ws/echo/", "https://evil.example"),
        ("ws/echo/", "null"),
        ("ws/echo/", None),
    ],
)
def test_an_unknown_path_and_a_foreign_or_missing_origin_are_refused_with_403(site, path, origin):
    with pytest.raises(InvalidStatus) as refused, site.connect(path, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_stranger_is_closed_with_4401_and_logs_no_traceback(site):
    with site.connect("ws/test/authenticated/") as socket:
        assert close_code(socket) == CloseCode.LOGIN_REQUIRED
    site.get("/healthz")
    assert "Traceback" not in site.log.read_text()


def test_a_frame_above_64_kib_gets_an_error_and_closes_with_1009(site):
    with site.connect("ws/echo/typed/") as socket:
        assert ask(socket, "x" * 65 * 1024)["code"] == "too_big"
        assert close_code(socket) == CloseCode.MESSAGE_TOO_BIG


def test_a_frame_above_1_mib_is_refused_by_the_server_itself(site):
    with site.connect("ws/echo/typed/") as other, site.connect("ws/echo/typed/") as socket:
        with suppress(ConnectionClosed):
            socket.send("x" * (2**20 + 1))
        # While the client still sends, the connection may break before it sees the code.
        assert close_code(socket) in (CloseCode.MESSAGE_TOO_BIG, None)
        assert ask(other, SAY) == json.loads(SAID)


def test_clients_that_do_not_read_are_closed_in_bounded_memory_and_delay_no_other(site):
    batches, batch, size = 18, 20, 50_000  # 18 MB for each socket
    with site.connect("ws/test/", max_size=None) as reader, ExitStack() as stack:
        before = ask(reader, {"type": "test.ask"})
        slow = [stack.enter_context(site.connect_slow_reader(max_size=None)) for _ in range(4)]
        for _ in range(batches):
            reader.send(json.dumps({"type": "test.say", "text": "x" * size, "times": batch}))
            texts = [json.loads(reader.recv(timeout=LIMIT))["text"] for _ in range(batch)]
            assert [int(text.removeprefix("x" * size)) for text in texts] == list(range(batch))
        after = wait_for_members(reader, before["members"])
        assert after["peak"] - before["peak"] < 30  # MB; all of it would be 72
        assert {close_code(socket) for socket in slow} <= {CloseCode.TRY_AGAIN_LATER, None}


def wait_for_members(socket, members):
    """Return the server's state once the room has that many members."""
    deadline = time.monotonic() + LIMIT
    while (state := ask(socket, {"type": "test.ask"}))["members"] != members:
        assert time.monotonic() < deadline, state
        time.sleep(0.2)
    return state


def test_a_client_that_does_not_read_is_not_read_either(site):
    with site.connect_raw("ws/echo/") as slow, site.connect("ws/echo/") as other:
        assert sendable(slow, client_frame("x" * 16_000), 4000) < 4000  # 64 MB
        other.send("hello")
        assert other.recv(timeout=LIMIT) == "hello"


def sendable(sock, data, most):
    """Return how often the data can be sent until it is not accepted, at most `most` times."""
    sock.settimeout(0.5)
    for count in range(most):
        try:
            sock.sendall(data)
        except OSError:  # a time limit, or the server has closed
            return count
    return most


def test_an_idle_client_stays_connected_and_one_that_answers_no_ping_is_dropped(
    site_and_silent_sockets,
):
    _, idle, dead = site_and_silent_sockets
    wait_for_end(dead)
    assert ask(idle, SAY) == json.loads(SAID)


def wait_for_end(sock):
    """Read pings and answer none, until the server ends the connection."""
    with suppress(ConnectionResetError):
        while sock.recv(4096):
            pass


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_stops_closes_every_socket_with_1012_and_ends(kind, tmp_path):
    with serving(kind, tmp_path) as site, ExitStack() as stack:
        paths = ["ws/echo/", "ws/echo/typed/", *["ws/test/"] * 5]
        sockets = [stack.enter_context(site.connect(path)) for path in paths]
        incomplete = stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        incomplete.sendall(
            b"GET / HTTP/1.1\r\n"
        )  # an incomplete request: it stops Daphne's own shutdown
        site.process.terminate()
        assert [close_code(socket) for socket in sockets] == [CloseCode.SERVICE_RESTART] * len(
            sockets
        )
        assert site.process.wait(timeout=LIMIT) in (0, -15)


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_with_invalid_settings_does_not_start_and_names_the_setting(kind, tmp_path):
    with (
        pytest.raises(RuntimeError) as failed,
        live_sites(tmp_path, [kind], CSRF_TRUSTED_ORIGINS=""),
    ):
        pass
    assert "CSRF_TRUSTED_ORIGINS is empty" in str(failed.value).splitlines()[-1]


def test_uvicorn_s_own_log_lines_have_the_connection(site):
    if "uvicorn" not in site.log.name:
        pytest.skip("Daphne does not write its access log with the logging module.")
    with site.connect("ws/echo/") as socket:
        socket.send("hello")
        socket.recv(timeout=LIMIT)
    site.get("/healthz")
    log = site.log.read_text()
    opened = re.findall(r' uvicorn.error \[(\w{8}) -\] .*"WebSocket /ws/echo/" \[accepted\]', log)
    answered = re.findall(r' uvicorn.access \[(\w{8}) -\] .*"GET /healthz HTTP/1.1" 200', log)
    assert opened
    assert answered
    assert not {*opened} & {*answered}
