"""Stored, numbered messages: each socket gets them in order, once, and without a gap.

The channel layer may lose events and change their order. So each stored message has a number, and
the process remembers up to which number its sockets have all messages: a message with a lower
number is a repeat, one with a higher number shows a gap, and a gap is closed by reading the store,
once for all sockets of the process.
"""

from channels_realtime.streams.stores import NumberedFrame, StreamStore
from channels_realtime.streams.stream import Stream

__all__ = ["NumberedFrame", "Stream", "StreamStore"]
