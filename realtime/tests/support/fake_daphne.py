"""A protocol of Daphne, and what belongs to it, without a network."""

import asyncio


class Transport:
    """A transport of Twisted that records what is written, and whether it reads."""

    _tempDataLen = 0  # noqa: N815  (Twisted's names)
    dataBuffer = b""  # noqa: N815
    accepts = 1_000_000  # bytes that the system takes at once

    def __init__(self):
        self.producers, self.is_reading = ["the handshake's"], True
        self.written, self.queued = b"", b""

    def registerProducer(self, producer, is_push):  # noqa: N802  (Twisted's names)
        assert is_push
        self.producers.append(producer)

    def unregisterProducer(self):  # noqa: N802
        self.producers.pop()

    def pauseProducing(self):  # noqa: N802
        self.is_reading = False

    def resumeProducing(self):  # noqa: N802
        self.is_reading = True

    def writeSomeData(self, data):  # noqa: N802
        if self.accepts is None:
            return ConnectionError("lost")
        self.written += data[: self.accepts]
        return min(len(data), self.accepts)

    def write(self, data):
        self.queued += data


class Protocol:
    """A WebSocket protocol of Daphne that is open, and records close frames."""

    STATE_CONNECTING, STATE_OPEN, STATE_CLOSED = 1, 3, 4

    def __init__(self):
        self.state, self.transport = self.STATE_OPEN, Transport()
        self.application_queue, self.closed = asyncio.Queue(), []

    def sendCloseFrame(self, code):  # noqa: N802
        self.closed.append(code)
