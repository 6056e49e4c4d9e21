"""Smoke checks of the orders. `manage.py smoke` runs every function of this module."""

import json

from channels_realtime.messages import CloseCode
from channels_realtime.smoke.site import Site, expect_close

from orders.models import Order

SOCKET = "ws/orders/"


def change(site: Site) -> None:
    """A change in the admin reaches every socket"""
    action = {"action": "advance", "_selected_action": _receive(site, "smoke-1")}
    with site.connect(SOCKET, "alice") as alice, site.connect(SOCKET, "bob") as bob:
        _post(site, "", action)
        for socket in (alice, bob):
            changed = json.loads(socket.recv(timeout=10))
            assert (changed["number"], changed["label"]) == ("smoke-1", "Packed"), changed


def listing(site: Site) -> None:
    """A client can request the orders"""
    _receive(site, "smoke-2")
    with site.connect(SOCKET, "bob") as bob:
        bob.send('{"type": "orders.list"}')
        listed = json.loads(bob.recv(timeout=10))
        assert "smoke-2" in [order["number"] for order in listed["orders"]], listed


def refusal(site: Site) -> None:
    """Anonymous users and users without the permission are refused"""
    refusals = {"": CloseCode.LOGIN_REQUIRED, "carol": CloseCode.PERMISSION_DENIED}
    for user, code in refusals.items():
        with site.connect(SOCKET, user) as socket:
            expect_close(socket, code)


def _receive(site: Site, number: str) -> str:
    """Create an order, and return its primary key."""
    # The server creates it: an in-memory channel layer reaches only sockets of its own process.
    _post(site, "add/", {"number": number})
    return str(Order.objects.get(number=number).pk)


def _post(site: Site, page: str, data: dict[str, str]) -> None:
    status, body = site.post(f"/admin/orders/order/{page}", data, "alice")
    assert status == 302, f"HTTP {status}: {body}"
