"""What shops add to orders."""

from orders.models import Order


def test_the_admin_finds_orders_by_a_part_of_the_number(client, alice):
    for number in ("A-17", "A-18", "B-17"):
        Order.objects.create(number=number)
    client.force_login(alice)
    found = client.get("/admin/orders/order/?q=17").context["cl"].result_list
    assert {order.number for order in found} == {"A-17", "B-17"}
