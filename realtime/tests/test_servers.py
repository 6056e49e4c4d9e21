"""The same application under real servers: what clients see, and how a server ends."""

import json
import re
import socket
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from realtime.connection import SERVER_STOPS, TOO_BIG, TRY_AGAIN_LATER
from tests.servers import IMPATIENCE, SERVERS, frame, live_sites
from tests.steps import LIMIT

SAY = '{"type":"echo.say","text":"hello"}'
SAID = '{"type":"echo.said","text":"hello"}'


@pytest.fixture(scope="module", params=SERVERS)
def site(request, tmp_path_factory):
    """A server, and two sockets that have been silent since it started."""
    with (
        serving(request.param, tmp_path_factory.mktemp("live")) as site,
        site.connect("ws/echo/typed/") as site.idle,
        site.raw("ws/echo/typed/") as site.gone,
    ):
        yield site


@contextmanager
def serving(server, folder):
    """Run a server that is impatient with silent clients, and logs no error."""
    with live_sites(folder, server=server, options=IMPATIENCE[server]) as [site]:
        yield site
    assert "Traceback" not in site.log.read_text(errors="replace")


def ask(socket, message):
    """Send a message and return the answer."""
    socket.send(message if isinstance(message, str) else json.dumps(message))
    return json.loads(socket.recv(timeout=LIMIT))


def code_of(socket):
    """Read to the end; return the close code, or None if the connection just broke."""
    try:
        while True:
            socket.recv(timeout=LIMIT)
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


@pytest.mark.parametrize("text", ["hello", "ü€𝄞", " ", "x" * 60_000])
def test_echo_returns_what_it_was_sent(site, text):
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
def test_an_unknown_path_and_a_foreign_or_missing_origin_are_403(site, path, origin):
    with pytest.raises(InvalidStatus) as refused, site.connect(path, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_frame_over_64_kib_is_an_error_and_closes_with_1009(site):
    with site.connect("ws/echo/typed/") as socket:
        assert ask(socket, "x" * 65 * 1024)["code"] == "too_big"
        assert code_of(socket) == TOO_BIG


def test_a_frame_over_1_mib_is_refused_by_the_server_itself(site):
    with site.connect("ws/echo/typed/") as other, site.connect("ws/echo/typed/") as socket:
        with suppress(ConnectionClosed):
            socket.send("x" * (2**20 + 1))
        # While the client still sends, the connection may break before it sees the code.
        assert code_of(socket) in (TOO_BIG, None)
        assert ask(other, SAY) == json.loads(SAID)


def test_who_does_not_read_is_closed_in_bounded_memory_and_delays_nobody(site):
    batches, batch, size = 18, 20, 50_000  # 18 MB for each socket
    with site.connect("ws/test/", max_size=None) as good, ExitStack() as stack:
        before = ask(good, {"type": "test.ask"})
        deaf = [stack.enter_context(site.deaf(max_size=None)) for _ in range(4)]
        for _ in range(batches):
            good.send(json.dumps({"type": "test.say", "text": "x" * size, "times": batch}))
            texts = [json.loads(good.recv(timeout=LIMIT))["text"] for _ in range(batch)]
            assert [int(text.removeprefix("x" * size)) for text in texts] == list(range(batch))
        after = wait_for_members(good, before["members"])
        assert after["peak"] - before["peak"] < 30  # MB; all of it would be 72
        assert {code_of(socket) for socket in deaf} <= {TRY_AGAIN_LATER, None}


def wait_for_members(socket, members):
    """Return the server's state once so many sockets are in the room."""
    deadline = time.monotonic() + LIMIT
    while (state := ask(socket, {"type": "test.ask"}))["members"] != members:
        assert time.monotonic() < deadline, state
        time.sleep(0.2)
    return state


def test_who_does_not_read_is_not_read_either(site):
    with site.raw("ws/echo/") as endless, site.connect("ws/echo/") as other:
        assert sendable(endless, frame("x" * 16_000), 4000) < 4000  # 64 MB
        other.send("hello")
        assert other.recv(timeout=LIMIT) == "hello"


def sendable(sock, data, most):
    """Return how often the data can be sent until nobody takes more of it."""
    sock.settimeout(0.5)
    for count in range(most):
        try:
            sock.sendall(data)
        except OSError:  # a time limit, or the server has closed
            return count
    return most


def test_an_idle_client_stays_and_one_that_is_gone_without_a_word_is_dropped(site):
    wait_for_the_end(site.gone)
    assert ask(site.idle, SAY) == json.loads(SAID)


def wait_for_the_end(sock):
    """Read pings and answer none, until the server has had enough."""
    with suppress(ConnectionResetError):
        while sock.recv(4096):
            pass


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_stops_tells_every_client_to_come_back_and_ends(kind, tmp_path):
    with serving(kind, tmp_path) as site, ExitStack() as stack:
        paths = ["ws/echo/", "ws/echo/typed/", *["ws/test/"] * 5]
        sockets = [stack.enter_context(site.connect(path)) for path in paths]
        half = stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        half.sendall(b"GET / HTTP/1.1\r\n")  # no complete request: Daphne alone stumbles over it
        site.process.terminate()
        assert [code_of(socket) for socket in sockets] == [SERVER_STOPS] * len(sockets)
        assert site.process.wait(timeout=LIMIT) in (0, -15)


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_without_its_settings_does_not_start_and_says_what_is_missing(kind, tmp_path):
    without = {"server": kind, "CSRF_TRUSTED_ORIGINS": ""}
    with pytest.raises(RuntimeError) as failed, live_sites(tmp_path, **without):
        pass
    assert "CSRF_TRUSTED_ORIGINS is empty" in str(failed.value).splitlines()[-1]


def test_the_lines_of_uvicorn_itself_say_which_connection_they_are_about(site):
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
