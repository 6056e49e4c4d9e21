"""What is let in from a client: neither too much, nor too large, nor anything unknown."""

from typing import Any

import msgspec
from django.conf import settings

from realtime.connection import TOO_BIG, TOO_MUCH
from realtime.limits import TokenBucket, too_long
from realtime.messages import MessageError, decode


class Intake:
    """Reads the frames of one socket."""

    __slots__ = ("_bucket", "_decoder")

    def __init__(self, decoder: msgspec.json.Decoder[Any]) -> None:
        self._decoder = decoder
        self._bucket = TokenBucket(settings.REALTIME_RATE, settings.REALTIME_BURST)

    def read(self, text: str | None) -> Any:
        """Return the message in a frame; a binary frame has no text. Raises MessageError."""
        if not self._bucket.take():
            detail = f"At most {settings.REALTIME_RATE} messages a second."
            raise MessageError("too_fast", detail, TOO_MUCH if self._bucket.exhausted else None)
        if text is None:
            raise MessageError("binary", "A message is a JSON object in a text frame.")
        if too_long(text, settings.REALTIME_MESSAGE_BYTES):
            detail = f"At most {settings.REALTIME_MESSAGE_BYTES} bytes."
            raise MessageError("too_big", detail, TOO_BIG)
        return decode(self._decoder, text)
