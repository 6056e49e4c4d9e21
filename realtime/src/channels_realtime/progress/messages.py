"""The messages about progress, and the group of a user's sockets."""

from typing import Literal
from uuid import UUID

from channels_realtime.layers.groups import group_name
from channels_realtime.messages import Message

# "lost": the process was killed, or cannot reach the database. It is not stored.
State = Literal["running", "succeeded", "failed", "cancelled", "lost"]


class ProgressChanged(Message, tag="progress.changed"):
    """The new progress of some work: `done` of `total`, or of an unknown total."""

    id: UUID
    name: str
    state: State
    done: int
    total: int | None
    version: int  # counts the changes


class ProgressList(Message, tag="progress.listed"):
    """The work of the last day, oldest first, in place of all that was sent before."""

    works: list[ProgressChanged]


def user_group(user_id: object) -> str:
    """Return the group of the sockets that show a user's progress."""
    return group_name("realtime.progress", user_id)
