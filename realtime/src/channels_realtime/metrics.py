"""What this process has counted since its start, for an exporter (see monitoring/prometheus.py).

The event loops of a process count, each in its own thread; a server has one. `counts.x += 1` needs
no lock, even if there are several: CPython changes threads at calls and at the end of loops, not
while it adds to an integer. (A build without the GIL may lose some.)
"""

from bisect import bisect_left
from collections import defaultdict

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds

# A client may close with any of 3000 codes. Those of the protocol are counted, and all others
# as one.
CLIENT_CODES = range(1000, 1016)
OTHER_CODE = 0


class Histogram:
    """Durations. `buckets` has how many are in each of BUCKETS, and how many are longer.

    A limit belongs to its bucket. `seconds` is their sum.
    """

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets, self.seconds = [0] * (len(BUCKETS) + 1), 0.0

    def observe(self, seconds: float) -> None:
        """Count a duration."""
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


class Counts:
    """The counts of one process. All except `open_sockets` only increase.

    They are about the sockets of MessageConsumer, and the channel layer.
    """

    __slots__ = (
        "client_closes", "error_frames", "events_lost", "handshakes", "handshakes_refused",
        "messages_received", "messages_sent", "open_sockets", "receive_failures", "send_failures",
        "server_closes",
    )  # fmt: skip

    def __init__(self) -> None:
        self.open_sockets = 0
        self.handshakes = Histogram()  # from the request until the socket is accepted
        self.handshakes_refused = 0  # with 403
        self.messages_received = 0  # frames of clients, also refused ones
        self.messages_sent = 0  # frames that the server has accepted for a client
        self.error_frames: defaultdict[str, int] = defaultdict(int)  # by error code
        self.server_closes: defaultdict[int, int] = defaultdict(int)  # by close code
        self.client_closes: defaultdict[int, int] = defaultdict(int)  # by close code
        self.send_failures = 0  # attempts to send to the channel layer
        self.receive_failures = 0  # ends of a subscription to the channel layer
        self.events_lost = 0  # events that were not sent in time

    def close_by_client(self, code: int) -> None:
        """Count a socket that its client has closed, or whose connection broke."""
        self.client_closes[code if code in CLIENT_CODES else OTHER_CODE] += 1


counts = Counts()
