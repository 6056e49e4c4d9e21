"""A soak: faults of every kind, one after the other, and no message is lost or doubled."""

import itertools
import signal
import time

import pytest
from support.chat_room import ChatRoom
from support.deployment import running_deployment
from support.networks import available_network

pytestmark = pytest.mark.soak

CLIENTS = 200
SOAK_SECONDS = 300
FAULT_SECONDS = 8  # longer than an event is sent again


def test_in_five_minutes_of_faults_every_client_gets_every_stored_message_once(
    sandbox, tmp_path, capsys
):
    with running_deployment(available_network(), sandbox, tmp_path, CLIENTS) as site:
        room = ChatRoom(site, "soak")
        room.wait_until_live()
        room.execute("start_sending")
        faults = break_and_restore(site, room)
        state, stored = room.stop_sending(), room.stored()
        room.close()
    with capsys.disabled():
        print(f"\n{site.network}: {stored * CLIENTS:,} deliveries, {faults} faults")
    assert [client["last"] for client in state["clients"]] == [stored] * CLIENTS
    assert {client["wrong"] for client in state["clients"]} == {None}


def break_and_restore(site, room):
    """Break one thing after the other for SOAK_SECONDS; return how many faults that were."""
    end = time.monotonic() + SOAK_SECONDS
    servers = itertools.cycle(site.web_servers)
    for number, fault in enumerate(itertools.cycle(FAULTS)):
        if time.monotonic() > end:
            return number
        fault(site, next(servers))
        room.wait_until_live()
        room.wait_until_received()
        room.wait_until_stored()
    raise AssertionError


def restart_redis(site, _):
    site.data.kill_redis()
    time.sleep(FAULT_SECONDS)
    site.data.start_redis()


def freeze_redis(site, _):
    freeze(site.data.host.running["redis"])


def freeze_server(_, server):
    freeze(server.host.running[server.unit])


def freeze(process):
    """Suspend a process for FAULT_SECONDS."""
    process.send_signal(signal.SIGSTOP)
    time.sleep(FAULT_SECONDS)
    process.send_signal(signal.SIGCONT)


def kill_server(site, server):
    server.host.stop(server.unit, signal.SIGKILL)
    restart(site, server)


def stop_server(site, server):
    server.stop()
    restart(site, server)


def restart(site, server):
    site.start(server)
    site.wait_until_ready(server)


def unplug_host(_, server):
    """Drop all packets of a host, of which its peers are not notified."""
    server.host.network.unplug(server.host.name)
    time.sleep(FAULT_SECONDS)
    server.host.network.plug(server.host.name)


FAULTS = [restart_redis, kill_server, freeze_server, unplug_host, freeze_redis, stop_server]
