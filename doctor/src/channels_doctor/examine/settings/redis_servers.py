"""The servers of a channel layer as redis-py names them in its errors."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ..python.literal_values import UNKNOWN

REDIS_PORT = 6379
REFUSED = "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379."
KNOWN_SCHEME = re.compile(r"(rediss?|valkeys?|unix):")


def server_of(host: Any) -> str:
    """Return the name and the port of one of `hosts`, or its socket file; else ""."""
    if isinstance(host, dict):
        pair = (host.get("host", "localhost"), host.get("port", REDIS_PORT))
        is_known = UNKNOWN not in host and "sentinels" not in host
        host = host.get("address", pair if is_known else UNKNOWN)
    if isinstance(host, (list, tuple)):
        return "" if UNKNOWN in host else ":".join(map(str, host))
    if not isinstance(host, str) or not KNOWN_SCHEME.match(host) or "$" in host:
        return ""
    try:
        url = urlsplit(host)
        server = f"{url.hostname or 'localhost'}:{url.port or REDIS_PORT}"
    except ValueError:
        return ""
    return url.path if url.scheme == "unix" else server


def connection_error(server: str, has_name: bool = True) -> str:
    """Return redis-py's error for a server that does not listen, or whose name does not exist."""
    error = REFUSED if has_name else REFUSED.replace("111", "-2")
    error = error.replace("localhost:6379", server)
    return error if has_name else f"{error} Name or service not known."


def misread_error(address: str) -> str:
    """Return the error for the server that redis-py reads in a wrong address, "" for none."""
    server = server_of(address)
    return connection_error(server, server.startswith("localhost:")) if server else ""
