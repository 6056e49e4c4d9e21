"""Decoding the frames of a client: not too many, not too large, and of a declared type."""

from typing import Any

import msgspec

from channels_realtime.conf import conf
from channels_realtime.messages import CloseCode, MessageError, decode, find_id
from channels_realtime.metrics import counts
from channels_realtime.rate_limit import TokenBucket, exceeds_bytes


class FrameDecoder:
    """Decode the frames of one socket, within the limits of the settings."""

    __slots__ = ("_bucket", "_decoder", "_max_bytes", "_rate")

    def __init__(self, decoder: msgspec.json.Decoder[Any]) -> None:
        self._decoder = decoder
        self._max_bytes, self._rate = conf.MAX_MESSAGE_BYTES, conf.MESSAGE_RATE
        self._bucket = TokenBucket(self._rate, conf.MESSAGE_BURST)

    def decode(self, text: str | None) -> Any:
        """Return the message in a frame; a binary frame has no text. Raise MessageError."""
        counts.messages_received += 1
        try:
            if not self._bucket.take():
                code = CloseCode.TOO_MANY_REQUESTS if self._bucket.exhausted else None
                raise MessageError("too_fast", f"At most {self._rate:g} messages a second.", code)
            if text is None:
                raise MessageError("binary", "A message is a JSON object in a text frame.")
            if exceeds_bytes(text, self._max_bytes):
                detail = f"At most {self._max_bytes} bytes."
                raise MessageError("too_big", detail, CloseCode.MESSAGE_TOO_BIG)
            return decode(self._decoder, text)
        except MessageError as refusal:
            refusal.error.id = find_id(text)
            raise
