"""Orders: their states, the sockets, the page and the admin."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.urls import reverse

from orders.consumers import OrdersConsumer
from orders.models import Order

SOCKET = "/ws/orders/"
LIST = {"type": "orders.list"}
LABELS = ["Received", "Packed", "Shipped"]


@pytest.fixture
def order(db):
    return Order.objects.create(number="A-1")


@pytest.fixture
def may_view(db):
    return Permission.objects.get(codename="view_order")


@pytest.fixture
def consumers(add_route):
    """Return a path for the class under test, and the list of its open consumers."""
    opened = []

    class RecordedConsumer(OrdersConsumer):
        async def connect(self):
            await super().connect()
            opened.append(self)

    return add_route(RecordedConsumer), opened


def message(order, label):
    state = LABELS.index(label) + 1
    order = {"id": order.pk, "number": order.number, "state": state, "label": label}
    return {"type": "orders.changed", **order}


# States


def test_an_order_is_received_packed_and_shipped_and_then_stays(order):
    seen = [order.get_state_display()]
    while order.advance():
        seen.append(order.get_state_display())
    assert seen == LABELS
    order.refresh_from_db()
    assert order.state == Order.State.SHIPPED


def test_the_second_of_two_concurrent_advances_does_nothing(order):
    late = Order.objects.get(pk=order.pk)
    assert order.advance()
    assert not late.advance()
    order.refresh_from_db()
    assert order.state == Order.State.PACKED


def test_saving_an_order_does_not_take_it_back(order):
    late = Order.objects.get(pk=order.pk)
    order.advance()
    late.number = "A-2"
    late.save()
    order.refresh_from_db()
    assert (order.number, order.state) == ("A-2", Order.State.PACKED)


# Sockets


async def test_a_stranger_is_accepted_and_closed_with_4401(connect):
    socket = await connect(SOCKET)
    assert socket.accepted
    assert await socket.receive_close() == 4401


async def test_a_user_without_the_permission_is_closed_with_4403(connect, bob):
    assert await (await connect(SOCKET, bob)).receive_close() == 4403


async def test_a_user_with_the_permission_may_watch_until_it_is_taken_away(connect, bob, may_view):
    await bob.user_permissions.aadd(may_view)
    socket = await connect(SOCKET, bob)
    assert await socket.is_open()
    await bob.user_permissions.aremove(may_view)
    assert await socket.receive_close() == 4403


async def test_a_new_order_and_each_of_its_steps_reach_everybody_who_watches(connect, alice):
    sockets = [await connect(SOCKET, alice) for _ in range(2)]
    order = await Order.objects.acreate(number="A-1")
    for label in LABELS:
        for socket in sockets:
            assert await socket.receive_json_from() == message(order, label)
        await sync_to_async(order.advance)()
    assert await sockets[0].is_open()  # the last step was none, and nothing was sent


async def test_the_list_has_the_newest_orders_first(connect, alice, monkeypatch):
    monkeypatch.setattr("orders.consumers.LIST_LENGTH", 2)
    orders = [await Order.objects.acreate(number=number) for number in "ABC"]
    await sync_to_async(orders[1].advance)()
    socket = await connect(SOCKET, alice)
    await socket.send_json_to(LIST)
    listed = [message(orders[2], "Received"), message(orders[1], "Packed")]
    assert await socket.receive_json_from() == {"type": "orders.listed", "orders": listed}


async def test_after_an_outage_of_the_layer_the_list_comes_unasked(
    connect, consumers, alice, monkeypatch
):
    path, opened = consumers
    socket = await connect(path, alice)
    await socket.send_json_to(LIST)
    assert (await socket.receive_json_from())["orders"] == []
    with monkeypatch.context() as away:
        away.setattr("orders.models.publish", lambda *_: None)
        order = await Order.objects.acreate(number="A-1")
    opened[0].catch_up()
    # With Redis one comes at the beginning, too: the connection to the layer is new.
    expected = [message(order, "Received")]
    while (await socket.receive_message("orders.listed"))["orders"] != expected:
        pass


async def test_who_has_not_asked_for_the_list_does_not_get_it_after_an_outage(
    connect, consumers, alice
):
    path, opened = consumers
    socket = await connect(path, alice)
    opened[0].catch_up()
    await socket.send_json_to(LIST)
    assert await socket.receive_json_from() == {"type": "orders.listed", "orders": []}
    assert await socket.is_open()  # a second list would have come first


# The page and the admin


def test_the_page_is_for_those_who_may_view_orders(client, bob, may_view):
    page = reverse("orders")
    assert client.get(page).status_code == 302
    client.force_login(bob)
    assert client.get(page).status_code == 403
    bob.user_permissions.add(may_view)
    assert client.get(page).status_code == 200


def test_every_page_leads_those_there_who_may_view_orders(client, bob, may_view):
    link = f'href="{reverse("orders")}"'
    client.force_login(bob)
    assert link not in client.get(reverse("account")).content.decode()
    bob.user_permissions.add(may_view)
    assert link in client.get(reverse("account")).content.decode()


async def test_a_step_in_the_admin_reaches_those_who_watch(connect, async_client, alice):
    order = await Order.objects.acreate(number="A-1")
    await async_client.aforce_login(alice)
    socket = await connect(SOCKET, async_client)
    action = {"action": "advance", "_selected_action": order.pk}
    assert (await async_client.post("/admin/orders/order/", action)).status_code == 302
    assert await socket.receive_json_from() == message(order, "Packed")


def test_in_the_admin_orders_are_made_and_not_deleted(client, alice):
    client.force_login(alice)
    assert client.post("/admin/orders/order/add/", {"number": "A-1"}).status_code == 302
    order = Order.objects.get()
    assert order.state == Order.State.RECEIVED
    assert client.post(f"/admin/orders/order/{order.pk}/delete/").status_code == 403
