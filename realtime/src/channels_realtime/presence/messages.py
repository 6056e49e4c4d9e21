"""The messages of presence, and the limit on what a user says about themselves."""

from typing import Any, ClassVar

import msgspec

from channels_realtime.messages import Message

MAX_META_BYTES = 512  # each member of a group gets it from every other one


class Member(msgspec.Struct, frozen=True):
    """A user in a group: `user` is the text of the primary key, `sockets` counts their sockets.

    `meta` is that of the user's latest join, in its JSON form: a dict.
    """

    user: str
    sockets: int
    meta: Any


class PresenceState(Message, tag="presence.state"):
    """Everybody in a group. A socket gets it once, when it has joined."""

    group: str
    members: list[Member]


class PresenceDiff(Message, tag="presence.diff"):
    """What has changed in a group: who has joined or has a new `sockets` or `meta`, and who left.

    `leaves` has the users' primary keys. Applying a change twice changes nothing.
    """

    group: str
    joins: list[Member]
    leaves: list[str]


class EphemeralMessage(Message):
    """A message that matters only now, such as "is typing": see presence.relay().

    `rate` is how many a second one socket may pass on, on average and at once.
    """

    rate: ClassVar[float] = 2.0


def encode_meta(meta: msgspec.Struct) -> msgspec.Raw:
    """Return the JSON form of what a user says about themselves.

    Raise TypeError unless it is a Struct, and ValueError above MAX_META_BYTES.
    """
    if not isinstance(meta, msgspec.Struct):
        raise TypeError(
            f"`meta` is a msgspec.Struct with declared fields, not {type(meta).__name__}."
        )
    text = msgspec.json.encode(meta)
    if len(text) > MAX_META_BYTES:
        raise ValueError(
            f"{type(meta).__name__} takes {len(text)} bytes of JSON, and `meta` at most "
            f"{MAX_META_BYTES}: send a name or an id, and let the page request the rest."
        )
    return msgspec.Raw(text)
