"""What a consumer declares: the types of message that its clients may send, and that they get."""

from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Any, ClassVar, Protocol, TypeGuard, Union, get_args, get_origin

from django.core.exceptions import ImproperlyConfigured

from channels_realtime.messages import (
    Ack,
    AcknowledgedMessage,
    Error,
    Message,
    NumberedMessage,
    Ping,
    Pong,
)

ABSTRACT = (Message, NumberedMessage, AcknowledgedMessage)

MessageType = type[Message]


class TypedConsumer(Protocol):
    """What the contract reads of a MessageConsumer."""

    accepts: ClassVar[Any]
    sends: ClassVar[Any]
    login_required: ClassVar[bool]


def accepted_types(consumer: type | None) -> list[MessageType]:
    """Return the types of message that clients may send; none for a consumer of Channels.

    Raise ImproperlyConfigured for a declaration that is no type of message.
    """
    return [*_declared(consumer, "accepts"), Ping] if is_typed(consumer) else []


def sent_types(consumer: type | None) -> list[MessageType]:
    """Return the types of message that clients get; none for a consumer of Channels.

    Raise ImproperlyConfigured for a declaration that is no type of message.
    """
    if not is_typed(consumer):
        return []
    is_acknowledged = any(
        issubclass(each, AcknowledgedMessage) for each in accepted_types(consumer)
    )
    return [*_declared(consumer, "sends"), *([Ack] if is_acknowledged else []), Error, Pong]


def all_types(consumers: Iterable[type | None]) -> list[MessageType]:
    """Return the types of message of several consumers, each once. Raise ImproperlyConfigured."""
    found: dict[MessageType, None] = {}
    for consumer in consumers:
        found |= dict.fromkeys([*accepted_types(consumer), *sent_types(consumer)])
    return list(found)


def is_typed(consumer: type | None) -> TypeGuard[type[TypedConsumer]]:
    """Return whether the consumer declares its messages, as a MessageConsumer does."""
    return hasattr(consumer, "accepts") and hasattr(consumer, "sends")


def _declared(consumer: type[TypedConsumer], attribute: str) -> Iterator[MessageType]:
    for each in members(getattr(consumer, attribute)):
        struct = get_origin(each) or each  # of a generic type
        if not (isinstance(struct, type) and issubclass(struct, Message)) or struct in ABSTRACT:
            raise ImproperlyConfigured(
                f"{consumer.__name__}.{attribute} contains {each!r}, which is not a type of "
                "message: name the classes that inherit from Message and have a tag."
            )
        yield each


def members(declared: Any) -> Iterator[Any]:
    """Yield the types of a declaration: of a type, a union, a tuple, an alias, or nothing."""
    if isinstance(declared, tuple):
        parts = declared
    elif get_origin(declared) in (Union, UnionType):
        parts = get_args(declared)
    elif hasattr(declared, "__value__"):  # type Alias = …
        parts = (declared.__value__,)
    else:
        if declared is not None:
            yield declared
        return
    for part in parts:
        yield from members(part)
