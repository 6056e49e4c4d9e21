"""Several machines: what is said reaches everybody, whatever dies or restarts meanwhile."""

import statistics
import time

import pytest
from support.deployment import PEOPLE, deployment
from support.networks import kind_of_network
from support.projects import wait_for
from support.room import Room

pytestmark = pytest.mark.slow

RESTART, BROKEN = 1012, 1006  # close codes
FIRST_WAIT = 0.5  # seconds, of client.js


@pytest.fixture(scope="module", params=[kind_of_network()])
def site(request, workshop, tmp_path_factory):
    """The project on its hosts. The test's name says on which kind of network."""
    with deployment(request.param, workshop, tmp_path_factory.mktemp("machines")) as site:
        yield site


@pytest.fixture
def room(site, request):
    """Everybody in a room that is this test's own, where some say something in turn."""
    room = Room(site, request.node.originalname)
    try:
        room.wait_until_live()
        room.ask("talk")
        room.go_on()
        yield room
    finally:
        room.end()


@pytest.fixture
def tell(site, capsys):
    """Print what docs/scale.md quotes."""

    def show(what, **figures):
        with capsys.disabled():
            print(
                f"\n{site.kind}: {what}:",
                ", ".join(f"{name} {value}" for name, value in figures.items()),
            )

    return show


def span(values):
    values = sorted(values)
    return f"{values[0]:.1f} to {values[-1]:.1f} s (median {statistics.median(values):.1f} s)"


def losses_of(state):
    return [loss for visitor in state["visitors"] for loss in visitor["losses"]]


def nothing_is_lost_or_repeated(room, state):
    """Assert that each has heard 1, 2, 3 … up to the last that is stored."""
    assert len(state["visitors"]) == PEOPLE
    assert {visitor["last"] for visitor in state["visitors"]} == {room.stored()}
    assert {visitor["wrong"] for visitor in state["visitors"]} == {None}


def test_sockets_are_spread_over_all_processes_and_every_message_reaches_all(site, room, tell):
    sockets = [web.sockets() for web in site.webs]
    assert sum(sockets) == PEOPLE
    assert min(sockets) >= PEOPLE / len(sockets) / 2
    state = room.hush()
    nothing_is_lost_or_repeated(room, state)
    assert losses_of(state) == []
    assert state["said"] == room.stored()
    tell("spread", sockets=sockets)


@pytest.fixture
def mortal(site):
    """An application host that works again after the test."""
    host = site.hosts["app1"]
    yield host
    host.network.plug(host.name)
    mine = [web for web in site.webs if web.host is host and web.unit not in host.running]
    for web in mine:
        site.start(web)
    for web in mine:
        site.wait_until_ready(web)


def test_clients_of_a_dead_host_come_back_elsewhere_and_miss_nothing(site, room, mortal, tell):
    """It dies with a transaction open in which it has locked the room."""
    bereft = sum(web.sockets() for web in site.webs if web.host is mortal)
    died = die_in_a_transaction(site, room, mortal)
    room.go_on(
        5
    )  # more than may have waited for the room before it; the lock could be kept for hours
    silent = time.monotonic() - died
    room.wait_for("back", bereft, 180)
    assert sum(web.sockets() for web in site.webs if web.host is not mortal) >= PEOPLE
    room.go_on()
    state = room.hush()
    nothing_is_lost_or_repeated(room, state)
    lost = [loss for loss in losses_of(state) if loss["opened"]]
    assert len(lost) == bereft
    assert {loss["code"] for loss in lost} == {BROKEN}
    tell(
        "a host dies",
        lost=bereft,
        silence=f"{silent:.1f} s",
        back=span(loss["back"] - died for loss in lost),
    )


def die_in_a_transaction(site, room, host):
    """Let the host die while it waits for the room, and give it the room then; return when it died."""
    with site.stores.connect() as connection:
        connection.autocommit = False
        connection.execute("SELECT * FROM chat_room WHERE name = %s FOR UPDATE", [room.name])
        # The other host's two processes are two of those who wait at most.
        wait_for(lambda: count_waiting(room) > 2, "processes of both hosts wait for the room")
        host.die()
        connection.rollback()
    return time.monotonic()


def count_waiting(room):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return room.database.execute(query).fetchone()[0]


def test_in_a_rolling_restart_everybody_sees_1012_and_resumes(site, room, tell):
    for web in site.webs:
        web.stop()
        site.start(web)
        site.wait_until_ready(web)
        room.wait_until_live()
    state = room.hush()
    nothing_is_lost_or_repeated(room, state)
    assert all(visitor["losses"] for visitor in state["visitors"])
    losses = [loss for loss in losses_of(state) if loss["opened"]]
    assert {loss["code"] for loss in losses} == {RESTART}
    assert is_even([loss["wait"] / FIRST_WAIT for loss in losses])
    failed = len(losses_of(state)) - len(losses)
    back = span(loss["back"] - loss["at"] for loss in losses)
    tell("a rolling restart", closed=len(losses), back=back, failed_tries=failed)


def is_even(values):
    """Return whether values fill the space between 0 and 1."""
    fifths = [sum(fifth <= value * 5 < fifth + 1 for value in values) for fifth in range(5)]
    return sum(fifths) == len(values) and min(fifths) > len(values) / 10


def test_no_socket_closes_when_redis_restarts_and_nothing_is_missed(site, room, tell):
    site.stores.kill_redis()
    room.go_on()
    site.stores.start_redis()
    started = time.monotonic()
    room.wait_until_heard()
    seconds = time.monotonic() - started
    room.go_on()
    state = room.hush()
    nothing_is_lost_or_repeated(room, state)
    assert losses_of(state) == []
    assert state["said"] == room.stored()
    tell("Redis restarts", level=f"{seconds:.1f} s")


def test_no_socket_closes_when_postgres_restarts_and_what_was_accepted_reaches_all(
    site, room, tell
):
    room.database.close()
    site.stores.stop_postgres()
    room.go_on_saying()
    site.stores.start_postgres()
    started = time.monotonic()
    room.database = site.stores.connect()
    room.go_on()
    state = room.hush()
    nothing_is_lost_or_repeated(room, state)
    assert losses_of(state) == []
    errors = [error for visitor in state["visitors"] for error in visitor["errors"]]
    assert {code for _, code in errors} <= {"internal"}
    assert state["said"] == room.stored() + len(errors)
    late = [when for when, _ in errors if when > started]
    assert len(late) <= len(site.webs)
    tell("PostgreSQL restarts", errors=len(errors), late=len(late))
