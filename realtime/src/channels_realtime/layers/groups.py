"""Names for the channel layer's groups."""

import re
from hashlib import sha256

VALID_NAME = re.compile(r"[A-Za-z0-9_.-]{1,99}", re.ASCII)


def group_name(kind: str, name: object) -> str:
    """Return a valid group name for something with any name: `group_name("chat.room", "café")`.

    `kind` must be valid itself. Channel layers accept only ASCII letters, digits, `-`, `_` and
    `.`, and fewer than 100 of them.
    """
    return f"{kind}.{sha256(str(name).encode()).hexdigest()[:32]}"


def validate_group_name(group: str) -> str:
    """Return the name. Raise ValueError if a channel layer would refuse it: some accept all."""
    if VALID_NAME.fullmatch(group):
        return group
    raise ValueError(f"{group!r} is not a valid group name: use group_name('kind', {group!r}).")
