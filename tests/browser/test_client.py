"""The browser's side of a socket, in a real browser, against a server that fails when it is told to."""

import contextlib
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from support.paths import ROOT
from support.processes import find_free_port, wait_for
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

pytestmark = pytest.mark.slow

CLIENT = Path(
    ROOT, "realtime", "src", "channels_realtime", "static", "channels_realtime", "client.js"
)
PAGE = """
<!doctype html><title>Client</title>
<script type="module">
  import { connect } from "/client.js";

  window.states = [];
  window.heard = [];
  const state = (state, detail) => states.push({ state, ...detail });

  window.echo = () => {
    window.socket = connect("/echo/", { state, message: (text) => heard.push(text) });
  };

  window.join = (after = 0) => {
    const resume = () => JSON.stringify({ type: "chat.resume", room: "lobby", after });
    window.socket = connect("/room/", { state, message, resume }, { heartbeat: true });
    function message(text) {
      const frame = JSON.parse(text);
      if (frame.type === "chat.resumed") return socket.resumed(frame.count);
      after = frame.seq ?? after;
      heard.push(frame.seq ?? frame);
    }
  };

  window.attempt = (text) => {
    try {
      return socket.send(text);
    } catch (error) {
      return error.message;
    }
  };
</script>
"""
SECONDS = 1000
START = datetime(2026, 1, 1, tzinfo=UTC)
PING = '{"type":"ping"}'
REFUSED = 1006  # what a browser calls any end without a close frame


class StandIn:
    """A server with one room and an echo, which can go away, refuse sockets, and fall silent."""

    def __init__(self):
        self.port, self.server = find_free_port(), None
        self.sockets, self.frames = [], []  # of all sockets so far
        self.stored = []  # the numbers of the room's messages
        self.refusals = []  # the close codes of the next sockets
        self.answering = threading.Event()
        self.answering.set()

    @property
    def address(self):
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        """Begin to serve, also again after `stop`."""
        self.server = serve(
            self._handle, "127.0.0.1", self.port, process_request=self._respond, compression=None
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Go away as a killed process does: without a word to anybody."""
        self.answering.set()
        self.server.shutdown()
        for connection in self.sockets:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)

    def close(self, code):
        """Close the newest socket with a code."""
        self.sockets[-1].close(code)

    def say(self):
        """Store one more message, and send it to the newest socket."""
        self.stored.append(len(self.stored) + 1)
        self.sockets[-1].send(self._message(self.stored[-1]))

    def _respond(self, connection, request):
        found = {
            "/": ("text/html", PAGE),
            "/client.js": ("text/javascript", CLIENT.read_text()),
        }.get(request.path)
        if not found:
            return None
        response = connection.respond(HTTPStatus.OK, found[1])
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = found[0]
        return response

    def _handle(self, connection):
        self.sockets.append(connection)
        if self.refusals:
            connection.close(self.refusals.pop(0))
        with contextlib.suppress(ConnectionClosed):
            for frame in connection:
                self.frames.append(frame)
                self.answering.wait()
                self._answer(connection, frame)

    def _answer(self, connection, frame):
        if connection.request.path == "/echo/":
            connection.send(frame)
        elif frame == PING:
            connection.send('{"type":"pong"}')
        elif "chat.resume" in frame:
            missed = [number for number in self.stored if number > json.loads(frame)["after"]]
            connection.send(
                json.dumps({"type": "chat.resumed", "room": "lobby", "count": len(missed)})
            )
            for number in missed:
                connection.send(self._message(number))

    @staticmethod
    def _message(number):
        return json.dumps({"type": "chat.message", "room": "lobby", "seq": number})


class Client:
    """The page with the client in it."""

    def __init__(self, page):
        self.page = page

    def run(self, code):
        """Return the value of an expression of JavaScript."""
        return self.page.evaluate(code)

    @property
    def states(self):
        """The names of the socket's states so far."""
        return [state["state"] for state in self.run("states")]

    @property
    def waits(self):
        """The milliseconds the client chose to wait, each time."""
        return [state["wait"] for state in self.run("states") if "wait" in state]

    @property
    def heard(self):
        """What the page has been given."""
        return self.run("heard")

    def until(self, condition):
        """Wait until an expression of JavaScript is true."""
        self.page.wait_for_function(condition)

    def until_state(self, state, times=1):
        """Wait until the socket has been in a state so many times."""
        self.until(f"states.filter((each) => each.state === '{state}').length >= {times}")

    def pass_time(self, seconds):
        """Put the page's clock forward; its timers follow it, and it stands still otherwise."""
        self.page.clock.run_for(seconds * SECONDS)

    def wait_out(self):
        """Put the clock forward to the client's next try."""
        self.until("states.at(-1).state === 'reconnecting'")
        self.page.clock.run_for(self.waits[-1])


@pytest.fixture
def server():
    standin = StandIn()
    standin.start()
    yield standin
    standin.stop()


@pytest.fixture
def client(chromium, server):
    """A page whose clock the test moves, and whose dice always show a half."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(20 * SECONDS)
    page.clock.install(time=START)
    page.add_init_script("Math.random = () => 0.5")
    page.goto(server.address)
    page.clock.pause_at(START + timedelta(minutes=1))
    page.wait_for_function("window.attempt")
    yield Client(page)
    context.close()


def resume(after):
    return f'{{"type":"chat.resume","room":"lobby","after":{after}}}'


def test_what_was_missed_comes_once_and_in_order(server, client):
    server.stored = [1, 2, 3]
    client.run("join(1)")
    client.until("heard.length === 2")
    server.say()
    client.until("heard.length === 3")
    server.stop()
    client.until_state("reconnecting")
    server.stored += [5, 6]
    server.start()
    client.wait_out()
    client.until("heard.length === 5")
    server.say()
    client.until("heard.length === 6")
    assert client.heard == [2, 3, 4, 5, 6, 7]
    assert server.frames == [resume(1), resume(4)]
    opened = [state["resumed"] for state in client.run("states") if state["state"] == "open"]
    assert opened == [2, 2]


def test_sixteen_texts_wait_in_order_for_the_answer_to_the_resume(server, client):
    client.run("join()")
    client.until_state("open")
    server.stop()
    client.until_state("reconnecting")
    texts = [f"text {number}" for number in range(18)]
    results = [client.run(f"attempt('{text}')") for text in texts]
    assert results == [False] * 16 + ["16 texts are waiting for the connection already"] * 2
    server.answering.clear()
    server.frames.clear()
    server.start()
    client.wait_out()
    wait_for(lambda: server.frames, "the client resumes")
    assert client.run("attempt('one more')") == results[-1]
    assert server.frames == [resume(0)]
    server.answering.set()
    client.until_state("open", 2)
    assert client.run("attempt('the last')") is True
    wait_for(lambda: len(server.frames) == 18, "all texts arrive")
    assert server.frames == [resume(0), *texts[:16], "the last"]
    server.close(1012)
    client.wait_out()
    client.until_state("open", 3)
    assert client.run("attempt('what waited goes out once')") is True
    wait_for(lambda: len(server.frames) == 20, "nothing is sent again")
    assert server.frames[18:] == [resume(0), "what waited goes out once"]


def test_the_waits_double_up_to_half_a_minute(server, client):
    server.stop()
    client.run("join()")
    for times in range(1, 9):
        client.until_state("reconnecting", times)
        client.wait_out()
    client.until_state("reconnecting", 9)
    assert client.waits == [250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]


def test_a_connection_that_lasted_begins_the_waits_anew(server, client):
    server.refusals = [1011, 1011]
    client.run("join()")
    client.wait_out()
    client.until_state("reconnecting", 2)
    client.wait_out()
    client.until_state("open")
    client.pass_time(6)
    server.close(1011)
    client.wait_out()
    client.until_state("open", 2)
    server.close(1011)
    client.until_state("reconnecting", 4)
    assert client.waits == [250, 500, 250, 500]


def test_a_restart_begins_the_waits_anew(server, client):
    server.refusals = [1011, 1011, 1011, 1012, 1011]
    client.run("join()")
    for times in range(1, 6):
        client.until_state("reconnecting", times)
        client.wait_out()
    client.until_state("open")
    assert client.waits == [250, 500, 1000, 250, 500]


@pytest.mark.parametrize("code", [1013, 4429])
def test_a_server_that_asks_for_patience_gets_it(server, client, code):
    server.refusals = [code]
    client.run("join()")
    client.until_state("reconnecting")
    assert client.waits == [7500]
    client.page.context.set_offline(True)
    client.page.context.set_offline(False)
    client.pass_time(7.4)
    assert client.states == ["connecting", "reconnecting"]
    client.pass_time(0.1)
    client.until_state("open")


@pytest.mark.parametrize("code", [4401, 4403])
def test_after_a_final_code_nothing_is_tried_or_kept(server, client, code):
    client.run("join()")
    client.until_state("open")
    server.close(code)
    client.until_state("closed")
    assert client.run("states.at(-1).code") == code
    assert client.run("attempt('too late')") == "the connection has ended"
    client.run("dispatchEvent(new Event('online'))")
    client.pass_time(120)
    assert client.states == ["connecting", "open", "closed"]


def test_the_network_s_return_ends_a_long_wait(server, client):
    server.refusals = [1011] * 8
    client.run("join()")
    for times in range(1, 8):
        client.until_state("reconnecting", times)
        client.wait_out()
    client.until_state("reconnecting", 8)
    client.page.context.set_offline(True)
    client.page.context.set_offline(False)
    client.wait_out()
    client.until_state("open")
    assert client.waits[-2:] == [15000, 250]


def test_a_ping_finds_out_that_a_silent_connection_is_broken(server, client):
    client.run("join()")
    client.until_state("open")
    server.answering.clear()
    client.pass_time(25)
    wait_for(lambda: PING in server.frames, "the client pings")
    client.pass_time(9)
    assert client.states == ["connecting", "open"]
    client.pass_time(1)
    lost = client.run("states[2]")
    assert (lost["state"], lost["code"], lost["reason"]) == ("reconnecting", REFUSED, "no answer")
    server.answering.set()
    wait_for(lambda: server.sockets[0].close_code, "the broken connection is closed")
    client.wait_out()
    client.until_state("open", 2)


def test_a_quiet_connection_that_answers_pings_is_kept(server, client):
    client.run("join()")
    client.until_state("open")
    for times in range(1, 6):
        client.pass_time(25)
        wait_for(lambda times=times: server.frames.count(PING) == times, "the client pings")
        server.say()
        client.until(f"heard.length === {times}")
    assert client.states == ["connecting", "open"]
    assert client.heard == [1, 2, 3, 4, 5]


def test_a_resume_without_an_answer_is_not_waited_for(server, client):
    server.answering.clear()
    client.run("join()")
    wait_for(lambda: server.frames, "the client resumes")
    client.pass_time(10)
    assert client.states == ["connecting", "reconnecting"]
    server.answering.set()
    client.wait_out()
    client.until_state("open")


def test_a_plain_socket_neither_resumes_nor_pings(server, client):
    client.run("echo()")
    client.until_state("open")
    assert client.run("attempt('hello')") is True
    client.pass_time(120)
    assert client.run("""attempt('{"type":"pong"}')""") is True
    client.until("heard.length === 2")
    assert client.heard == ["hello", '{"type":"pong"}'] == server.frames
    assert client.states == ["connecting", "open"]


def test_a_closed_socket_stays_closed(server, client):
    client.run("join()")
    client.until_state("open")
    client.run("socket.close()")
    wait_for(lambda: server.sockets[0].close_code, "the connection is closed")
    client.pass_time(120)
    assert client.states == ["connecting", "open", "closed"]
    assert len(server.sockets) == 1


@pytest.mark.parametrize(("scheme", "expected"), [("http", "ws"), ("https", "wss")])
def test_the_scheme_and_the_host_are_those_of_the_page(chromium, scheme, expected):
    with contextlib.closing(chromium.new_context()) as context:
        page, addresses = context.new_page(), []
        page.route(
            f"{scheme}://site.example/",
            lambda route: route.fulfill(content_type="text/html", body=PAGE),
        )
        page.route(
            "**/client.js", lambda route: route.fulfill(content_type="text/javascript", path=CLIENT)
        )
        page.route_web_socket("**/echo/", lambda route: addresses.append(route.url))
        page.goto(f"{scheme}://site.example/")
        page.wait_for_function("window.attempt")
        page.evaluate("echo()")
        page.wait_for_function("states.length === 2")
        assert addresses == [f"{expected}://site.example/echo/"]
