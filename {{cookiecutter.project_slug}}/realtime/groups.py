"""Names for the channel layer's groups."""

import re
from hashlib import sha256

VALID = re.compile(r"[A-Za-z0-9_.-]{1,99}", re.ASCII)


def group_name(kind: str, name: object) -> str:
    """Return the group of something that may have any name: `group_name("chat.room", "café")`.

    A layer takes only ASCII letters, digits, `-`, `_` and `.`, and fewer than 100 of them.
    """
    return f"{kind}.{sha256(str(name).encode()).hexdigest()[:32]}"


def require_group_name(group: str) -> str:
    """Return the name if layers take it. Raises ValueError, which not all of them do."""
    if VALID.fullmatch(group):
        return group
    raise ValueError(f"{group!r} cannot be a group: name it group_name('kind', {group!r}).")
