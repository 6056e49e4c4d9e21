"""What the servers do with many, slow and faulty clients, with the options of production."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import RemoteDisconnected

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from channels_realtime.messages import CloseCode
from channels_realtime.testing.waiting import LIMIT
from support.live_servers import SERVERS, live_sites
from support.websocket_clients import connect_clients

MANY = 500  # sockets


def wait_for_end(sock):
    """Read until the server ends the connection."""
    with suppress(ConnectionResetError):
        while sock.recv(4096):
            pass


@pytest.mark.slow
@pytest.mark.parametrize("server", SERVERS)
async def test_500_clients_that_connect_at_once_all_get_a_socket(server, tmp_path):
    with live_sites(tmp_path, [server]) as sites:
        async with connect_clients(sites, MANY, "ws/echo/typed/") as clients:
            assert len(clients) == MANY


@pytest.mark.parametrize("server", SERVERS)
def test_texts_that_are_not_utf_8_end_their_sockets_and_log_one_line(server, tmp_path):
    with live_sites(tmp_path, [server]) as [site]:
        for _ in range(3):
            with site.connect_raw("ws/echo/typed/") as sock:
                sock.sendall(Frame(Opcode.TEXT, b"\xff").serialize(mask=True))
                wait_for_end(sock)
        log = site.log.read_text()
    assert "Traceback" not in log
    assert log.count("Invalid UTF-8") == (1 if server == "uvicorn" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("server", SERVERS)
def test_a_view_that_hangs_delays_a_stop_by_eight_seconds_and_no_socket(server, tmp_path):
    with (
        ThreadPoolExecutor(1) as thread,
        live_sites(tmp_path, [server]) as [site],
        site.connect("ws/echo/typed/") as socket,
    ):
        answer = thread.submit(site.get, "/test/wait/60/")
        time.sleep(1)  # until the view has begun
        site.process.terminate()
        stopped = time.monotonic()
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=LIMIT)
        assert closed.value.rcvd.code == CloseCode.SERVICE_RESTART
        assert time.monotonic() - stopped < 4
        site.process.wait(timeout=20)
        assert 7 < time.monotonic() - stopped < 14
        with pytest.raises((RemoteDisconnected, TimeoutError)):
            answer.result()
