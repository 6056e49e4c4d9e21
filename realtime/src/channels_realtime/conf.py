"""The library's settings and their defaults. A project names only those that it changes."""

from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from django.conf import settings

Value = TypeVar("Value")


class Setting(Generic[Value]):
    """A value of the project's settings module, or its default."""

    def __init__(self, default: Value, name: str = "") -> None:
        self.default, self.name = default, name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or f"REALTIME_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> "Setting[Value]": ...
    @overload
    def __get__(self, instance: Any, owner: type) -> Value: ...
    def __get__(self, instance: Any, owner: type) -> "Setting[Value] | Value":
        if instance is None:
            return self
        value: Value = getattr(settings, self.name, self.default)
        return value


class RealtimeSettings:
    """Read the settings of the project each time, so that tests may override them."""

    # The largest message of a client, in bytes. Above it the socket is closed with 1009. It must
    # stay below the server's own limit of 1 MiB, which ends a connection without a close frame.
    MAX_MESSAGE_BYTES = Setting(64 * 1024)

    # How many messages a second a client may send on average, and how many at once.
    MESSAGE_RATE = Setting(10.0)
    MESSAGE_BURST = Setting(20)

    # How many sockets a user may have open in one process.
    MAX_SOCKETS_PER_USER = Setting(50)

    # How many bytes may wait for a client that reads slowly, before it is closed with 1013.
    SEND_QUEUE_BYTES = Setting(2 * 1024 * 1024)

    # How many seconds after a recheck a socket is rechecked. After two such intervals without a
    # successful recheck the socket is closed with 1013.
    RECHECK_SECONDS = Setting(60.0)

    # How many seconds after the kill of a process its users are gone from presence everywhere. A
    # process that hangs for half as long is gone too, until it works again.
    PRESENCE_SECONDS = Setting(24.0)

    # The development servers that `manage.py services` starts: dotted names of classes.
    SERVICES: Setting[list[str]] = Setting([])

    # The title and the version of the site's messages in the document of `manage.py asyncapi`.
    CONTRACT_TITLE = Setting("WebSocket API")
    CONTRACT_VERSION = Setting("1.0.0")

    # The address of the channel layer, which the checks and the development servers read.
    CHANNEL_LAYER_URL = Setting("", name="CHANNEL_LAYER_URL")


conf = RealtimeSettings()


def project_dir() -> Path:
    """Return the project's folder: BASE_DIR, or the current folder where no setting names it."""
    return Path(getattr(settings, "BASE_DIR", Path.cwd()))
