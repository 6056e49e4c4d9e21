"""What the servers' options in production allow."""

import pytest

from support.live_servers import SERVERS, live_sites
from support.websocket_clients import connect_clients

MANY = 500  # sockets


@pytest.mark.slow
@pytest.mark.parametrize("server", SERVERS)
async def test_500_clients_that_connect_at_once_all_get_a_socket(server, tmp_path):
    with live_sites(tmp_path, [server]) as sites:
        async with connect_clients(sites, MANY, "ws/echo/typed/") as clients:
            assert len(clients) == MANY
