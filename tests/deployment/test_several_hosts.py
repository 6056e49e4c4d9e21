"""On several hosts, every client receives every message, whatever fails or restarts meanwhile."""

import signal
import statistics
import time

import pytest
from support.chat_room import ChatRoom
from support.deployment import CLIENTS, running_deployment
from support.networks import available_network
from support.presence_room import PresenceRoom
from support.processes import wait_for

pytestmark = pytest.mark.slow

RESTART, BROKEN = 1012, 1006  # close codes
FIRST_WAIT = 0.5  # seconds, of client.js
PRESENCE_SECONDS = 30  # until everybody sees who is left after a failure


@pytest.fixture(scope="module", params=[available_network()])
def site(request, sandbox, tmp_path_factory):
    """The running deployment. The name of the test tells the kind of network."""
    with running_deployment(request.param, sandbox, tmp_path_factory.mktemp("hosts")) as site:
        yield site


@pytest.fixture
def room(site, request):
    """A room of this test with all clients, while some of them send messages."""
    room = ChatRoom(site, request.node.originalname)
    try:
        room.wait_until_live()
        room.execute("start_sending")
        room.wait_until_stored()
        yield room
    finally:
        room.close()


@pytest.fixture
def report(site, capsys):
    """Return a function that prints the figures that the documentation quotes."""

    def write(event, **figures):
        text = ", ".join(f"{name} {value}" for name, value in figures.items())
        with capsys.disabled():
            print(f"\n{site.network}: {event}: {text}")

    return write


def describe_range(values):
    values = sorted(values)
    return f"{values[0]:.1f} to {values[-1]:.1f} s (median {statistics.median(values):.1f} s)"


def losses_of(state):
    return [loss for client in state["clients"] for loss in client["losses"]]


def assert_complete(room, state):
    """Assert that each client has received 1, 2, 3 … up to the last stored message."""
    assert len(state["clients"]) == CLIENTS
    assert {client["last"] for client in state["clients"]} == {room.stored()}
    assert {client["wrong"] for client in state["clients"]} == {None}


def test_sockets_are_spread_over_all_processes_and_every_message_reaches_all(site, room, report):
    sockets = [server.count_connections() for server in site.web_servers]
    assert sum(sockets) == CLIENTS
    assert min(sockets) >= CLIENTS / len(sockets) / 2
    state = room.stop_sending()
    assert_complete(room, state)
    assert losses_of(state) == []
    assert state["sent"] == room.stored()
    report("spread", sockets=sockets)


@pytest.fixture
def failing_host(site):
    """An application host, restored after the test."""
    host = site.hosts["app1"]
    yield host
    host.network.plug(host.name)
    servers = [each for each in site.web_servers if each.host is host]
    stopped = [server for server in servers if server.unit not in host.running]
    for server in stopped:
        site.start(server)
    for server in stopped:
        site.wait_until_ready(server)


def test_clients_of_a_failed_host_reconnect_to_another_and_miss_nothing(
    site, room, failing_host, report
):
    """The host fails in a transaction that has locked the room."""
    lost_sockets = count_connections(site, lambda host: host is failing_host)
    failed = fail_in_a_transaction(site, room, failing_host)
    # Five messages are more than were queued before the failed transaction in PostgreSQL.
    room.wait_until_stored(5)
    silence = time.monotonic() - failed
    room.wait_for_count("reconnected", lost_sockets, 180)
    assert count_connections(site, lambda host: host is not failing_host) >= CLIENTS
    room.wait_until_stored()
    state = room.stop_sending()
    assert_complete(room, state)
    lost = [loss for loss in losses_of(state) if loss["opened"]]
    assert len(lost) == lost_sockets
    assert {loss["code"] for loss in lost} == {BROKEN}
    report(
        "a host fails",
        lost=lost_sockets,
        silence=f"{silence:.1f} s",
        recovered=describe_range(loss["recovered"] - failed for loss in lost),
    )


def count_connections(site, condition):
    """Return the number of connections of the hosts that meet a condition."""
    servers = (server for server in site.web_servers if condition(server.host))
    return sum(server.count_connections() for server in servers)


def fail_in_a_transaction(site, room, host):
    """Let the host fail while it waits for the lock of the room; return the time.

    PostgreSQL then gives the lock to the failed host.
    """
    with site.data.connect() as connection:
        connection.autocommit = False
        connection.execute("SELECT * FROM chat_room WHERE name = %s FOR UPDATE", [room.name])
        # At most two waiting transactions belong to the other host's two processes.
        both_hosts_wait = lambda: count_waiting_transactions(room) > 2  # noqa: E731
        wait_for(both_hosts_wait, "processes of both hosts wait for the lock")
        host.fail()
        connection.rollback()
    return time.monotonic()


def count_waiting_transactions(room):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return room.database.execute(query).fetchone()[0]


@pytest.fixture
def people(site, request):
    """A room that everybody has joined, some of them twice, and in which all see everybody."""
    room = PresenceRoom(site, request.node.originalname)
    try:
        count = room.wait_until_right(120)
        assert (count["people"], count["sockets"]) == (CLIENTS, CLIENTS * 11 // 10)
        yield room
    finally:
        room.close()


def test_everybody_sees_who_is_left_within_30_seconds_of_the_failure_of_a_host(
    site, people, failing_host, report
):
    """First a process is killed: its users know it, and half of them return at once."""
    assert min(people.execute("servers").values()) >= CLIENTS / 10
    failing_host.stop(site.web_servers[0].unit, signal.SIGKILL)
    failing_host.fail()
    failed = time.monotonic()
    abandoned = people.execute(f"abandon {failing_host.address}")
    count = people.wait_until_right(PRESENCE_SECONDS)
    seconds = time.monotonic() - failed
    assert count["removed"] == count["left"]  # nobody else has ever been missing
    assert CLIENTS / 10 < len(count["left"]) == CLIENTS - count["people"] < CLIENTS / 2
    assert people.list(host="app2") == people.execute("expected")
    assert_newcomers_see_the_same(site, people, failing_host)
    figures = {"people": count["people"], "sockets": count["sockets"], "abandoned": abandoned}
    report("presence after the failure of a host", **figures, right=f"{seconds:.1f} s")


def assert_newcomers_see_the_same(site, people, failed_host):
    """Let users return until each process that is left has had one of them."""
    servers = {f"{each.host.address}:{each.port}" for each in site.web_servers}
    servers -= {each for each in servers if each.startswith(failed_host.address)}
    for _ in range(10):
        visit = people.execute("visit")
        assert visit["list"] == people.execute("expected")
        people.wait_until_right(PRESENCE_SECONDS)
        servers.discard(visit["server"])
        if not servers:
            return
    pytest.fail(f"no newcomer came to {servers}")


def test_a_rolling_restart_closes_sockets_with_1012_and_every_client_resumes(site, room, report):
    for server in site.web_servers:
        server.stop()
        site.start(server)
        site.wait_until_ready(server)
        room.wait_until_live()
    state = room.stop_sending()
    assert_complete(room, state)
    assert all(client["losses"] for client in state["clients"])
    losses = [loss for loss in losses_of(state) if loss["opened"]]
    assert {loss["code"] for loss in losses} == {RESTART}
    assert are_uniform([loss["wait"] / FIRST_WAIT for loss in losses])
    failed = len(losses_of(state)) - len(losses)
    recovered = describe_range(loss["recovered"] - loss["at"] for loss in losses)
    report("a rolling restart", closed=len(losses), recovered=recovered, failed_attempts=failed)


def are_uniform(values):
    """Return whether values are spread over the interval from 0 to 1."""
    fifths = [sum(fifth <= value * 5 < fifth + 1 for value in values) for fifth in range(5)]
    return sum(fifths) == len(values) and min(fifths) > len(values) / 10


def test_no_socket_closes_when_redis_restarts_and_no_message_is_missed(site, room, report):
    site.data.kill_redis()
    room.wait_until_stored()
    site.data.start_redis()
    started = time.monotonic()
    room.wait_until_received()
    seconds = time.monotonic() - started
    room.wait_until_stored()
    state = room.stop_sending()
    assert_complete(room, state)
    assert losses_of(state) == []
    assert state["sent"] == room.stored()
    report("Redis restarts", caught_up=f"{seconds:.1f} s")


def test_no_socket_closes_when_postgres_restarts_and_every_stored_message_arrives(
    site, room, report
):
    room.database.close()
    site.data.stop_postgres()
    room.wait_until_sent()
    site.data.start_postgres()
    started = time.monotonic()
    room.database = site.data.connect()
    room.wait_until_stored()
    state = room.stop_sending()
    assert_complete(room, state)
    assert losses_of(state) == []
    errors = [error for client in state["clients"] for error in client["errors"]]
    assert {code for _, code in errors} <= {"internal"}
    assert state["sent"] == room.stored() + len(errors)
    late = [when for when, _ in errors if when > started]
    assert len(late) <= len(site.web_servers)
    report("PostgreSQL restarts", errors=len(errors), late=len(late))
