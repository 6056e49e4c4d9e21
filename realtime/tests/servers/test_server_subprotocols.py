"""Subprotocols on both servers, with clients that follow the standard."""

import pytest
from websockets.exceptions import InvalidStatus

from support.live_servers import SERVERS
from support.node import connect_from_node
from support.npm import install

PATH = "ws/test/versions/"
PONG = '{"type":"pong"}'

every_server = pytest.mark.parametrize("server", SERVERS)


@pytest.fixture
def site(sites, server):
    return sites["memory"][SERVERS.index(server)]


@every_server
def test_the_chosen_subprotocol_is_in_the_answer(site):
    with site.connect(PATH, subprotocols=["chat.v9", "chat.v2"]) as client:
        assert client.subprotocol == "chat.v2"
    with site.connect(PATH) as client:
        assert client.subprotocol is None


@every_server
def test_a_client_that_offers_only_others_gets_403(site):
    with pytest.raises(InvalidStatus, match="403"), site.connect(PATH, subprotocols=["chat.v9"]):
        pass


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("node")
    install(folder, "ws@8")
    return folder


@pytest.mark.slow
@every_server
@pytest.mark.parametrize("kind", ["ws", "standard"])
def test_strict_clients_accept_the_answer(node_folder, site, kind):
    def ask(*protocols):
        url = f"ws://127.0.0.1:{site.port}/{PATH}"
        return connect_from_node(node_folder, kind, url, protocols)

    assert ask("chat.v9", "chat.v2") == {"protocol": "chat.v2", "received": PONG}
    assert ask() == {"protocol": "", "received": PONG}
    assert "error" in ask("chat.v9")
