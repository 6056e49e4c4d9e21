"""The metrics of real servers: what happens to their sockets is counted, and nothing else."""

from contextlib import ExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from channels_realtime.testing.waiting import LIMIT, wait_until_sync
from support.live_servers import SERVERS, live_sites
from support.metrics import DURATION, PATH, expected_changes, scrape
from support.tcp_proxy import TcpProxy

LAYERS = {"daphne": "redis", "uvicorn": "redis+core"}
RETRY_SECONDS = 1  # how long the servers send an event again
SAY = '{"type":"test.say","text":"hello","times":2}'


@pytest.fixture(scope="module", params=SERVERS)
def served(request, tmp_path_factory, valkey):
    """A server, and the proxy in front of its Valkey."""
    with TcpProxy(valkey.port).open() as proxy:
        variables = {
            "CHANNEL_LAYER_URL": f"{LAYERS[request.param]}://127.0.0.1:{proxy.port}/0",
            "CHANNEL_LAYER_PREFIX": f"metrics-{request.param}",
            "RETRY_SECONDS": str(RETRY_SECONDS),
        }
        folder = tmp_path_factory.mktemp("metrics")
        with live_sites(folder, [request.param], **variables) as [site]:
            wait_until_sync(lambda: site.get(PATH)[0] == 200)
            yield site, proxy


@pytest.fixture
def site(served):
    wait_until_sync(lambda: scrape(served[0])["realtime_open_sockets"] == 0)
    return served[0]


def receive(socket, count):
    return [socket.recv(timeout=LIMIT) for _ in range(count)]


def test_an_open_socket_is_counted_until_it_has_ended(site):
    with (
        expected_changes(site, sockets_closed_total__client__1000=1),
        site.connect("ws/echo/typed/"),
    ):
        assert scrape(site)["realtime_open_sockets"] == 1


def test_each_frame_of_a_client_and_each_delivery_is_counted(site):
    with ExitStack() as stack:
        sockets = [stack.enter_context(site.connect("ws/test/")) for _ in range(3)]
        with expected_changes(site, messages_received_total=1, messages_sent_total=6):
            sockets[0].send(SAY)
            for socket in sockets:
                receive(socket, 2)


@pytest.mark.parametrize("text", ['{"type":"ping"}', '{"type":"test.ask"}'])
def test_an_answer_is_counted_like_a_delivery(site, text):
    with (
        site.connect("ws/test/") as socket,
        expected_changes(site, messages_received_total=1, messages_sent_total=1),
    ):
        socket.send(text)
        receive(socket, 1)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "bad_json"),
        ('{"type":"test.say","text":1}', "bad_message"),
        (b"binary", "binary"),
        ('{"type":"test.find"}', "internal"),  # there is no user
        ('{"type":"test.no-such-type"}', "unknown_type"),
    ],
)
def test_a_refused_frame_and_a_failed_handler_are_counted_by_the_code_of_the_answer(
    site, frame, code
):
    changes = {"messages_received_total": 1, "messages_sent_total": 1}
    with (
        site.connect("ws/test/") as socket,
        expected_changes(site, **changes, **{f"error_frames_total__{code}": 1}),
    ):
        socket.send(frame)
        receive(socket, 1)


def test_a_socket_that_the_server_closes_is_counted_by_its_code(site):
    changes = {"messages_received_total": 1, "messages_sent_total": 1}
    changes |= {"error_frames_total__too_big": 1, "sockets_closed_total__server__1009": 1}
    with expected_changes(site, **changes), site.connect("ws/test/") as socket:
        socket.send("x" * 65 * 1024)
        with suppress(ConnectionClosed):
            receive(socket, 2)


def test_a_stranger_is_counted_by_the_code_and_leaves_no_open_socket(site):
    with (
        expected_changes(site, sockets_closed_total__server__4401=1),
        site.connect("ws/test/authenticated/") as socket,
        suppress(ConnectionClosed),
    ):
        receive(socket, 1)


@pytest.mark.parametrize("code", [1001, 4401])
def test_a_client_s_code_is_counted_only_if_it_is_one_of_the_protocol(site, code):
    label = code if code < 1016 else "other"
    changes = {f"sockets_closed_total__client__{label}": 1}
    with expected_changes(site, **changes), site.connect("ws/test/") as socket:
        socket.close(code)


def test_a_connection_that_breaks_is_a_close_by_the_client(site):
    before = scrape(site)
    with site.connect_raw("ws/test/"):
        pass
    names = [f"realtime_sockets_closed_total client {code}" for code in (1005, 1006)]
    wait_until_sync(
        lambda: (
            sum(map(scrape(site).get, names, [0, 0])) > sum(before.get(name, 0) for name in names)
        )
    )


@pytest.mark.parametrize(
    ("path", "origin"), [("ws/no-such-path/", ""), ("ws/test/", "https://evil.example")]
)
def test_a_handshake_refused_with_403_is_counted(site, path, origin):
    with (
        expected_changes(site, handshakes_refused_total=1),
        pytest.raises(InvalidStatus),
        site.connect(path, origin=origin),
    ):
        pass


def test_the_duration_of_each_handshake_is_in_a_bucket_and_all_longer_ones(site):
    before = scrape(site)
    for _ in range(3):
        with site.connect("ws/test/"):
            pass
    after = scrape(site)
    added = {name: after[name] - before[name] for name in after if name.startswith(DURATION)}
    buckets = [value for name, value in added.items() if "_bucket" in name]
    assert buckets == sorted(buckets)
    assert added[f"{DURATION}_bucket +Inf"] == added[f"{DURATION}_count"] == 3
    assert 0 < added[f"{DURATION}_sum"] < LIMIT


def test_failures_of_the_layer_and_lost_events_are_counted(served, site):
    _, proxy = served
    before = scrape(site)

    def added(name):
        return scrape(site)[f"realtime_{name}"] - before[f"realtime_{name}"]

    with site.connect("ws/test/") as socket:
        with proxy.cut(), site.connect("ws/test/idle/"):
            socket.send(SAY)
            wait_until_sync(lambda: added("events_lost_total") == 2)
            wait_until_sync(lambda: added("layer_failures_total receive") > 0)
            assert added("layer_failures_total send") >= 2
        wait_until_sync(lambda: is_delivered(socket))  # the other tests need the layer


def is_delivered(socket):
    socket.send(SAY)
    with suppress(TimeoutError):
        return socket.recv(timeout=RETRY_SECONDS)
