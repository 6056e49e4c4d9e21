from typing import Any

from channels_realtime.consumers import MessageConsumer

from orders.messages import WATCHERS, Changed, List, Listed
from orders.models import Order

LIST_LENGTH = 100  # orders, as on the page


class OrdersConsumer(MessageConsumer):
    """Send the newest orders and each change to a user who may view them."""

    accepts = List
    sends = Listed | Changed  # the model publishes Changed

    async def has_permission(self) -> bool:
        may_view: bool = await self.scope["user"].ahas_perm("orders.view_order")
        return may_view

    def get_groups(self) -> list[str]:
        return [WATCHERS]

    async def connect(self) -> None:
        self.has_list = False

    async def receive_message(self, message: List) -> None:
        self.has_list = True
        newest = Order.objects.all()[:LIST_LENGTH]
        await self.send_message(Listed([order.changed() async for order in newest]))

    def catch_up(self) -> None:
        # Changes may have been lost. Read the orders in a task, because this method must not block.
        if self.has_list:
            self.deliver({"type": "orders.list"})

    async def orders_list(self, event: dict[str, Any]) -> None:
        await self.receive_message(List())
