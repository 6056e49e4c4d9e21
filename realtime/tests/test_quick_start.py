"""The README's quick start, followed word for word in a plain Django site."""

import subprocess
import sys

import pytest
from hatchling.builders.wheel import WheelBuilder
from websockets.exceptions import ConnectionClosed, InvalidStatus

from support.quick_start import (
    LIMIT,
    PACKAGE,
    SERVERS,
    follow_quick_start,
    log_in,
    open_socket,
    send_request,
    serve,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Follow the quick start in an empty folder, in an environment of its own."""
    folder = tmp_path_factory.mktemp("site")
    wheel = next(WheelBuilder(str(PACKAGE)).build(directory=str(folder / "dist")))
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    extras = f"{wheel}[daphne,redis,testing,uvicorn]"
    subprocess.run([python, "-m", "pip", "install", "--quiet", extras], check=True)
    follow_quick_start(folder)
    return folder


@pytest.mark.parametrize("layer", ["memory", "redis", "redis+core"])
@pytest.mark.parametrize("server", SERVERS)
def test_the_quick_start_works_on_both_servers_and_with_each_layer(request, site, server, layer):
    url = "memory://"
    if layer != "memory":
        url = request.getfixturevalue("valkey").url(layer)
    said = '{"type":"room.said","user":"alice","text":"hello"}'
    from_view = '{"type":"room.said","user":"alice","text":"hello from a view"}'
    with serve(site, server, url) as port:
        cookies = log_in(port)
        status, page = send_request(port, "GET", "/", cookies)
        assert (status, "channels_realtime/client.js" in page) == (200, True)
        with open_socket(port, cookies) as one, open_socket(port, cookies) as two:
            one.send('{"type":"room.say","text":"hello"}')
            assert [each.recv(timeout=LIMIT) for each in (one, two)] == [said, said]
            assert send_request(port, "GET", "/greet/", cookies) == (200, "sent")
            assert [each.recv(timeout=LIMIT) for each in (one, two)] == [from_view, from_view]
            one.send("no JSON")
            assert '"code":"bad_json"' in one.recv(timeout=LIMIT)
        assert send_request(port, "GET", "/readyz", {}) == (
            200,
            '{"database": true, "layer": true}',
        )
        refuses_strangers(port, cookies)


def refuses_strangers(port, cookies):
    with open_socket(port, {}) as anonymous, pytest.raises(ConnectionClosed) as closed:
        anonymous.recv(timeout=LIMIT)
    assert closed.value.rcvd.code == 4401
    for options in ({"origin": "https://evil.example"}, {"path": "ws/none/"}):
        with pytest.raises(InvalidStatus, match="403"), open_socket(port, cookies, **options):
            pass
