"""What goes over the sockets of those who watch the orders."""

from channels_realtime.messages import Message

WATCHERS = "orders.watchers"  # the group of all these sockets


class List(Message, tag="orders.list"):
    """Somebody asks for the newest orders."""


class Changed(Message, tag="orders.changed"):
    """Where an order is now.

    Orders only move forward: of two such messages the one with the higher state is right, in
    whatever order they come.
    """

    id: int
    number: str
    state: int
    label: str


class Listed(Message, tag="orders.listed"):
    """The answer to List, newest first. It comes again when changes may have been lost."""

    orders: list[Changed]
