"""client.js in Chromium, with a server that fails on request."""

import contextlib
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

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
  import { connect, makeId } from "/client.js";

  window.states = [];
  window.received = [];
  const state = (state, detail) => states.push({ state, ...detail });

  window.echo = () => {
    window.socket = connect("/echo/", { state, message: (text) => received.push(text) });
  };

  window.join = (after = 0) => {
    const resume = () => JSON.stringify({ type: "chat.resume", room: "lobby", after });
    window.socket = connect("/room/", { state, message, resume }, { heartbeat: true });
    function message(text) {
      const frame = JSON.parse(text);
      if (frame.type === "chat.resumed") return socket.resumed(frame.count);
      after = frame.seq ?? after;
      received.push(frame.seq ?? frame);
    }
  };

  window.echoAt = (path, base) => {
    window.socket = connect(path, { state, message: (text) => received.push(text) }, { base });
  };

  window.makeId = makeId;

  // The test decides about each ticket: window.tickets has what resolves or rejects it.
  window.joinWithTicket = () => {
    window.tickets = [];
    const ticket = () => new Promise((give, refuse) => tickets.push({ give, refuse }));
    const message = (text) => received.push(text);
    window.socket = connect("/room/", { state, message }, { ticket });
  };

  window.attempt = (text, id) => {
    try {
      return socket.send(text, id);
    } catch (error) {
      return error.message;
    }
  };
</script>
"""
SECONDS = 1000
START = datetime(2026, 1, 1, tzinfo=UTC)
PING = '{"type":"ping"}'
ABNORMAL_CLOSURE = 1006  # the code of browsers without a close frame


class FakeServer:
    """A server with a room and an echo, which can stop, refuse sockets, and stop answering."""

    def __init__(self):
        self.port, self.server = find_free_port(), None
        self.sockets, self.frames = [], []  # of all sockets so far
        self.stored = []  # the numbers of the room's messages
        self.refusals = []  # the close codes of the next sockets
        self.answering = threading.Event()
        self.answering.set()

    @property
    def address(self):
        """The URL of the page."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        """Start to serve; also after `stop`."""
        self.server = serve(
            self._handle,
            "127.0.0.1",
            self.port,
            process_request=self._respond,
            process_response=self._record,
            select_subprotocol=lambda _, offered: offered[0] if offered else None,
            compression=None,
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Stop as a killed process does, without close frames."""
        self.answering.set()
        self.server.shutdown()
        for connection in self.sockets:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)

    def close(self, code):
        """Close the newest socket with a code."""
        self.sockets[-1].close(code)

    def post(self):
        """Store a message, and send it to the newest socket."""
        self.stored.append(len(self.stored) + 1)
        self.sockets[-1].send(self._message(self.stored[-1]))

    def _respond(self, connection, request):
        page = {
            "/": ("text/html", PAGE),
            "/client.js": ("text/javascript", CLIENT.read_text()),
        }.get(request.path)
        if not page:
            return None
        response = connection.respond(HTTPStatus.OK, page[1])
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = page[0]
        return response

    def _record(self, connection, _request, response):
        # Before the response is sent: a test may use the socket as soon as the browser has it.
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self.sockets.append(connection)

    def _handle(self, connection):
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
    """The page that runs client.js."""

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
        """The milliseconds of each wait of the client."""
        return [state["wait"] for state in self.run("states") if "wait" in state]

    @property
    def received(self):
        """The messages that the page has received."""
        return self.run("received")

    def wait_until(self, condition):
        """Wait until an expression of JavaScript is true."""
        self.page.wait_for_function(condition)

    def wait_until_state(self, state, times=1):
        """Wait until the socket has been in a state this many times."""
        self.wait_until(f"states.filter((each) => each.state === '{state}').length >= {times}")

    def pass_time(self, seconds):
        """Advance the clock of the page, which stands still otherwise."""
        self.page.clock.run_for(seconds * SECONDS)

    def advance_to_next_attempt(self):
        """Advance the clock to the client's next attempt."""
        self.wait_until("states.at(-1).state === 'reconnecting'")
        self.page.clock.run_for(self.waits[-1])


@pytest.fixture
def server():
    server = FakeServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(chromium, server):
    """A page with a clock of the test, and Math.random() fixed at 0.5."""
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


def test_missed_messages_arrive_once_and_in_order(server, client):
    server.stored = [1, 2, 3]
    client.run("join(1)")
    client.wait_until("received.length === 2")
    server.post()
    client.wait_until("received.length === 3")
    server.stop()
    client.wait_until_state("reconnecting")
    server.stored += [5, 6]
    server.start()
    client.advance_to_next_attempt()
    client.wait_until("received.length === 5")
    server.post()
    client.wait_until("received.length === 6")
    assert client.received == [2, 3, 4, 5, 6, 7]
    assert server.frames == [resume(1), resume(4)]
    opened = [state["resumed"] for state in client.run("states") if state["state"] == "open"]
    assert opened == [2, 2]


def test_up_to_sixteen_texts_are_queued_until_the_resume_is_answered(server, client):
    client.run("join()")
    client.wait_until_state("open")
    server.stop()
    client.wait_until_state("reconnecting")
    texts = [f"text {number}" for number in range(18)]
    results = [client.run(f"attempt('{text}')") for text in texts]
    assert results == [False] * 16 + ["16 texts are waiting already"] * 2
    server.answering.clear()
    server.frames.clear()
    server.start()
    client.advance_to_next_attempt()
    wait_for(lambda: server.frames, "the client resumes")
    assert client.run("attempt('one more')") == results[-1]
    assert server.frames == [resume(0)]
    server.answering.set()
    client.wait_until_state("open", 2)
    assert client.run("attempt('the last')") is True
    wait_for(lambda: len(server.frames) == 18, "all texts arrive")
    assert server.frames == [resume(0), *texts[:16], "the last"]
    server.close(1012)
    client.advance_to_next_attempt()
    client.wait_until_state("open", 3)
    assert client.run("attempt('what waited goes out once')") is True
    wait_for(lambda: len(server.frames) == 20, "nothing is sent again")
    assert server.frames[18:] == [resume(0), "what waited goes out once"]


def frames_of(server, *texts):
    """Return those of the texts that the server has received, in their order."""
    return [frame for frame in server.frames if frame in texts]


def test_a_text_with_an_id_is_sent_again_until_it_is_answered(server, client):
    client.run("join()")
    client.wait_until_state("open")
    ids = [client.run("makeId()") for _ in range(3)]
    assert len({str(UUID(each)) for each in ids}) == 3
    for each in ids:
        assert client.run(f"attempt('{each}', '{each}')") is True
    assert client.run("attempt('a text without an id')") is True
    wait_for(lambda: len(frames_of(server, *ids)) == 3, "the texts arrive")
    server.sockets[-1].send(json.dumps({"type": "ack", "id": ids[0]}))
    client.wait_until("received.length === 1")
    server.stop()
    client.wait_until_state("reconnecting")
    server.start()
    client.advance_to_next_attempt()
    client.wait_until_state("open", 2)
    wait_for(lambda: len(frames_of(server, *ids)) == 5, "two are sent again")
    assert frames_of(server, *ids, "a text without an id")[4:] == ids[1:]
    server.sockets[-1].send(json.dumps({"type": "error", "code": "x", "id": ids[1]}))
    client.wait_until("received.length === 2")
    server.close(4401)
    client.wait_until_state("closed")
    assert client.run("states.at(-1).unanswered") == ids[2:]
    assert [each["type"] for each in client.received] == ["ack", "error"]


def test_at_most_sixteen_texts_wait_for_an_answer(server, client):
    client.run("join()")
    client.wait_until_state("open")
    results = [client.run(f"attempt('text {n}', '{n}')") for n in range(17)]
    assert results == [True] * 16 + ["16 texts are waiting already"]
    assert client.run("attempt('a text without an id')") is True


def test_the_waits_double_up_to_half_a_minute(server, client):
    server.stop()
    client.run("join()")
    for times in range(1, 9):
        client.wait_until_state("reconnecting", times)
        client.advance_to_next_attempt()
    client.wait_until_state("reconnecting", 9)
    assert client.waits == [250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]


def test_a_stable_connection_resets_the_waits(server, client):
    server.refusals = [1011, 1011]
    client.run("join()")
    client.advance_to_next_attempt()
    client.wait_until_state("reconnecting", 2)
    client.advance_to_next_attempt()
    client.wait_until_state("open")
    client.pass_time(6)
    server.close(1011)
    client.advance_to_next_attempt()
    client.wait_until_state("open", 2)
    server.close(1011)
    client.wait_until_state("reconnecting", 4)
    assert client.waits == [250, 500, 250, 500]


def test_close_code_1012_resets_the_waits(server, client):
    server.refusals = [1011, 1011, 1011, 1012, 1011]
    client.run("join()")
    for times in range(1, 6):
        client.wait_until_state("reconnecting", times)
        client.advance_to_next_attempt()
    client.wait_until_state("open")
    assert client.waits == [250, 500, 1000, 250, 500]


@pytest.mark.parametrize("code", [1013, 4429])
def test_codes_of_an_overloaded_server_lead_to_a_longer_wait(server, client, code):
    server.refusals = [code]
    client.run("join()")
    client.wait_until_state("reconnecting")
    assert client.waits == [7500]
    client.page.context.set_offline(True)
    client.page.context.set_offline(False)
    client.pass_time(7.4)
    assert client.states == ["connecting", "reconnecting"]
    client.pass_time(0.1)
    client.wait_until_state("open")


@pytest.mark.parametrize("code", [4401, 4403])
def test_after_a_final_code_the_client_neither_reconnects_nor_queues(server, client, code):
    client.run("join()")
    client.wait_until_state("open")
    server.close(code)
    client.wait_until_state("closed")
    assert client.run("states.at(-1).code") == code
    assert client.run("attempt('too late')") == "the connection has ended"
    client.run("dispatchEvent(new Event('online'))")
    client.pass_time(120)
    assert client.states == ["connecting", "open", "closed"]


def test_the_online_event_ends_a_long_wait(server, client):
    server.refusals = [1011] * 8
    client.run("join()")
    for times in range(1, 8):
        client.wait_until_state("reconnecting", times)
        client.advance_to_next_attempt()
    client.wait_until_state("reconnecting", 8)
    client.page.context.set_offline(True)
    client.page.context.set_offline(False)
    client.advance_to_next_attempt()
    client.wait_until_state("open")
    assert client.waits[-2:] == [15000, 250]


def test_an_unanswered_ping_breaks_the_connection(server, client):
    client.run("join()")
    client.wait_until_state("open")
    server.answering.clear()
    client.pass_time(25)
    wait_for(lambda: PING in server.frames, "the client pings")
    client.pass_time(9)
    assert client.states == ["connecting", "open"]
    client.pass_time(1)
    lost = client.run("states[2]")
    assert (lost["state"], lost["code"], lost["reason"]) == (
        "reconnecting",
        ABNORMAL_CLOSURE,
        "no answer",
    )
    server.answering.set()
    wait_for(lambda: server.sockets[0].close_code, "the broken connection is closed")
    client.advance_to_next_attempt()
    client.wait_until_state("open", 2)


def test_a_quiet_connection_with_answered_pings_stays_open(server, client):
    client.run("join()")
    client.wait_until_state("open")
    for times in range(1, 6):
        client.pass_time(25)
        wait_for(lambda times=times: server.frames.count(PING) == times, "the client pings")
        server.post()
        client.wait_until(f"received.length === {times}")
    assert client.states == ["connecting", "open"]
    assert client.received == [1, 2, 3, 4, 5]


def test_an_unanswered_resume_breaks_the_connection(server, client):
    server.answering.clear()
    client.run("join()")
    wait_for(lambda: server.frames, "the client resumes")
    client.pass_time(10)
    assert client.states == ["connecting", "reconnecting"]
    server.answering.set()
    client.advance_to_next_attempt()
    client.wait_until_state("open")


def test_a_plain_socket_neither_resumes_nor_pings(server, client):
    client.run("echo()")
    client.wait_until_state("open")
    assert client.run("attempt('hello')") is True
    client.pass_time(120)
    assert client.run("""attempt('{"type":"pong"}')""") is True
    client.wait_until("received.length === 2")
    assert client.received == ["hello", '{"type":"pong"}'] == server.frames
    assert client.states == ["connecting", "open"]


def test_a_socket_closed_by_the_page_stays_closed(server, client):
    client.run("join()")
    client.wait_until_state("open")
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


def test_the_path_belongs_to_a_base_address_that_is_not_the_page_s(server, client):
    other = FakeServer()
    other.start()
    try:
        client.run(f"echoAt('/echo/', '{other.address}page/')")
        client.wait_until_state("open")
        assert client.run("attempt('hello')") is True
        client.wait_until("received.length === 1")
        assert other.frames == ["hello"]
        assert server.sockets == []
    finally:
        other.stop()


@pytest.mark.parametrize(
    ("path", "base", "url"),
    [
        ("/ws/x/", "https://api.example.com", "wss://api.example.com/ws/x/"),
        ("/ws/x/", "http://localhost:8000/app/", "ws://localhost:8000/ws/x/"),
        ("ws/x/", "https://example.com/app/", "wss://example.com/app/ws/x/"),
        ("/ws/x/", "wss://api.example.com", "wss://api.example.com/ws/x/"),
        ("wss://other.example.com/x/", "https://example.com", "wss://other.example.com/x/"),
    ],
)
def test_https_becomes_wss_and_wss_stays(client, path, base, url):
    client.run("void (WebSocket = class { constructor(url) { window.opened = url.href } })")
    client.run(f"echoAt('{path}', '{base}')")
    assert client.run("opened") == url


def test_a_wrong_base_address_is_an_error_that_shows_it(client):
    error = client.run(
        "(() => { try { echoAt('/x/', 'api.example.com') } catch (e) { return `${e}` } })()"
    )
    assert "TypeError" in error
    assert "Invalid base URL" in error


def subprotocols(server):
    """Return the subprotocols of all sockets so far."""
    return [connection.subprotocol for connection in server.sockets]


def test_each_connection_asks_for_a_new_ticket(server, client):
    client.run("joinWithTicket()")
    client.run("tickets[0].give('one')")
    client.wait_until_state("open")
    server.close(1012)
    client.advance_to_next_attempt()
    client.wait_until("tickets.length === 2")
    client.run("tickets[1].give('two')")
    client.wait_until_state("open", 2)
    assert subprotocols(server) == ["realtime.ticket.one", "realtime.ticket.two"]


def test_the_client_tries_again_later_when_it_gets_no_ticket(server, client):
    client.run("joinWithTicket()")
    for count, problem in enumerate(["refuse()", "give('not a subprotocol')"]):
        client.run(f"tickets[{count}].{problem}")
        client.advance_to_next_attempt()
        client.wait_until(f"tickets.length === {count + 2}")
    client.run("tickets[2].give('three')")
    client.wait_until_state("open")
    assert client.waits == [250, 500]
    assert {state["reason"] for state in client.run("states") if "wait" in state} == {"no ticket"}
    assert subprotocols(server) == ["realtime.ticket.three"]


def test_a_ticket_that_comes_too_late_opens_no_socket(server, client):
    client.run("joinWithTicket()")
    client.pass_time(10)
    client.wait_until_state("reconnecting")
    client.run("tickets[0].give('late')")
    client.advance_to_next_attempt()
    client.wait_until("tickets.length === 2")
    client.run("tickets[1].give('new')")
    client.wait_until_state("open")
    assert subprotocols(server) == ["realtime.ticket.new"]


def test_a_socket_that_is_closed_before_its_ticket_comes_does_not_open(server, client):
    client.run("joinWithTicket()")
    client.run("socket.close()")
    client.run("tickets[0].give('late')")
    client.run("echo()")
    client.wait_until_state("open")
    assert subprotocols(server) == [None]
    assert client.states == ["connecting", "closed", "connecting", "open"]
