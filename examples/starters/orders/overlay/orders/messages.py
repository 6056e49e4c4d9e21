"""The messages of the sockets that show orders."""

from channels_realtime.messages import Message

WATCHERS = "orders.watchers"  # the group of all these sockets


class List(Message, tag="orders.list"):
    """Ask for the newest orders."""


class Changed(Message, tag="orders.changed"):
    """Say which state an order has now.

    Orders only move forward: of two such messages the one with the higher state is right,
    whichever comes first.
    """

    id: int
    number: str
    state: int
    label: str


class Listed(Message, tag="orders.listed"):
    """Answer List, newest first. It is sent again when changes may have been lost."""

    orders: list[Changed]
