"""Text frames, encoded once for all sockets that get the same text."""

from functools import lru_cache
from struct import pack

TEXT = 0x81  # the last frame of a text
MAX_SHORT, MAX_MEDIUM = 125, 0xFFFF  # bytes of a payload whose length is in one byte, in two more


@lru_cache(maxsize=8)
def encode_frame(text: str) -> bytes:
    """Return a text frame of a server, which is not masked: RFC 6455, section 5.2."""
    payload = text.encode()
    size = len(payload)
    if size <= MAX_SHORT:
        return pack("!BB", TEXT, size) + payload
    if size <= MAX_MEDIUM:
        return pack("!BBH", TEXT, MAX_SHORT + 1, size) + payload
    return pack("!BBQ", TEXT, MAX_SHORT + 2, size) + payload
