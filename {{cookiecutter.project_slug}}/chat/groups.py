"""Names of the channel layer's groups. A layer takes only letters, digits, `-`, `_` and `.`."""

from hashlib import sha256


def room_group(room: str) -> str:
    """The group of a room, whatever the room is called."""
    return f"chat.room.{sha256(room.encode()).hexdigest()[:32]}"


def user_group(user_id: int) -> str:
    """The group of all sockets of one user."""
    return f"chat.user.{user_id}"
