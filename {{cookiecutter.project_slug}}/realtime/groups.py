"""Names for the channel layer's groups."""

from hashlib import sha256


def group_name(kind: str, name: object) -> str:
    """Return the group of something that may have any name: `group_name("chat.room", "café")`.

    A layer takes only ASCII letters, digits, `-`, `_` and `.`, and fewer than 100 of them.
    """
    return f"{kind}.{sha256(str(name).encode()).hexdigest()[:32]}"
