"""The messages of the sockets that show orders."""

from channels_realtime.messages import Message

WATCHERS = "orders.watchers"  # the group of all these sockets


class List(Message, tag="orders.list"):
    """Request the newest orders."""


class Changed(Message, tag="orders.changed"):
    """The new state of an order.

    Orders only move forward: of two such messages the one with the higher state is right,
    whichever comes first.
    """

    id: int
    number: str
    state: int
    label: str


class Listed(Message, tag="orders.listed"):
    """Answer List, newest first. The server repeats it when changes may have been lost."""

    orders: list[Changed]
