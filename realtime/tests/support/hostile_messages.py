"""Messages with names and types that are difficult to write as JSON Schema or TypeScript."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar
from uuid import UUID

from msgspec import Meta, Struct, field

from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import AcknowledgedMessage, Message, NumberedMessage

Item = TypeVar("Item")


class Colour(enum.Enum):
    """A colour, */ and the end of a comment."""

    RED = "red"
    GREEN = 'gr"een'


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Point(Struct, array_like=True):
    x: float
    y: float
    label: str = "point"


class Place(NamedTuple):
    name: str
    near: "list[Place]" = []  # noqa: RUF012


class Size(TypedDict, total=False):
    width: int


@dataclass
class Box:
    size: Size
    inside: "Box | None" = None


class Tree(Struct, omit_defaults=True):
    """A tree, whose branches are trees.

    It has a second paragraph, with a \\ and a `backtick`.
    """

    value: int
    branches: list["Tree"] = field(default_factory=list)
    parent: "Tree | None" = None


class Circle(Struct, tag="circle"):
    radius: float


class Square(Struct, tag="square"):
    side: float


class Words(Message, tag="a.b/c 'd' \"e\" */ \u2028 ä"):
    """Every field has the name of something else."""

    class_: int = field(name="class")
    dollar: int = field(name="$ref")
    dashed: int = field(name="with-dash")
    quoted: int = field(name="it's <a> b/c")
    default: dict[str, Any] = field(default_factory=dict)
    discriminator: str = "anyOf"
    prefixItems: list[str] = []  # noqa: N815, RUF012
    properties: int = 0
    constructor: int = 0
    café: int = 0


class Values(NumberedMessage, tag="values"):
    at: datetime
    day: Annotated[date, Meta(description="A day,\nin two lines")]
    took: timedelta
    price: Decimal
    key: UUID
    raw: bytes
    anything: Any
    counts: dict[str, int]
    by_key: Mapping[UUID, list[int | None]]
    pair: tuple[int, str]
    many: tuple[bool, ...]
    names: frozenset[str]
    choice: Literal["a", 'b"', 3, None]
    either: int | str | Tree | None
    shape: Circle | Square | None
    colour: Colour
    levels: list[Level]
    point: Point
    place: Place
    box: Box
    tree: Tree
    maybe: str | None = None
    limited: Annotated[list[int], Meta(max_length=3)] = []  # noqa: RUF012
    text: Annotated[str, Meta(pattern=r"\A(?P<first>\w)(?P<rest>[^\0]*)\Z", max_length=20)] = "x"


class Page(Message, Generic[Item], tag="page"):
    items: list[Item]


class string(Message, tag="string"):  # noqa: N801
    """The name of a type of TypeScript."""


class Channels(Message, tag=7):
    """The name that the contract itself uses, and a tag that is a number."""


class Café(AcknowledgedMessage, tag="café"):
    """A name that is not ASCII."""


class Array(Message, tag="array"):
    """The name of a global type, beside a list."""

    items: list[string]


class Error(Message, tag="own.error"):
    """The name of a message of the library."""


class HostileConsumer(MessageConsumer):
    """A consumer of everything: */ `${code}`."""

    accepts = Words | Café | Page[int] | string
    sends = (Values, Words, Array | Error, Channels)
