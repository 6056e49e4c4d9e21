"""A site below a path of its host, under both servers, with proxies that remove it or not."""

import pytest
from websockets.exceptions import InvalidStatus

from channels_realtime.testing.waiting import LIMIT
from support.live_servers import SERVERS, live_sites

# Without FORCE_SCRIPT_NAME, uvicorn expects that the proxy has removed the path, and Daphne does
# not.
OWN_PATHS = {"uvicorn": "", "daphne": "/chat"}


@pytest.fixture(scope="module", params=SERVERS)
def site(request, tmp_path_factory):
    """A server of a site below /chat."""
    folder = tmp_path_factory.mktemp("root-path")
    with live_sites(folder, [request.param], FORCE_SCRIPT_NAME="/chat") as [site]:
        yield site


def echo(site, path):
    """Return what the echo socket at a path returns."""
    with site.connect(path) as socket:
        socket.send("hello")
        return socket.recv(timeout=LIMIT)


@pytest.mark.parametrize("prefix", ["", "/chat"])
def test_pages_probes_and_sockets_answer_with_and_without_the_root_path(site, prefix):
    assert site.get(f"{prefix}/healthz")[0] == 200
    assert site.get(f"{prefix}/readyz")[0] == 200
    status, page = site.get(f"{prefix}/admin/login/")
    assert status == 200
    assert 'action="/chat/admin/login/"' in page
    assert echo(site, f"{prefix}/ws/echo/") == "hello"


def test_a_path_that_only_begins_like_the_root_path_is_another_one(site):
    assert site.get("/chatter/healthz")[0] == 404
    with pytest.raises(InvalidStatus, match="403"):
        echo(site, "/chatws/echo/")


@pytest.mark.parametrize("server", SERVERS)
def test_the_server_s_own_root_path_works_with_the_proxy_that_it_expects(server, tmp_path):
    with live_sites(tmp_path, [server], ["--root-path", "/chat"]) as [site]:
        prefix = OWN_PATHS[server]
        assert site.get(f"{prefix}/healthz")[0] == 200
        assert 'action="/chat/admin/login/"' in site.get(f"{prefix}/admin/login/")[1]
        assert echo(site, f"{prefix}/ws/echo/") == "hello"


def test_a_socket_outside_of_daphne_s_root_path_is_refused_with_a_log_line(tmp_path):
    with live_sites(tmp_path, ["daphne"], ["--root-path", "/chat"]) as [site]:
        with pytest.raises(InvalidStatus, match="403"):
            echo(site, "/ws/echo/")
        assert "'/ws/echo/', does not begin with the root path, '/chat'" in site.log.read_text()
