"""The counts of this process for Prometheus. This needs the package prometheus-client."""

from collections.abc import Iterator
from itertools import accumulate

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from channels_realtime.messages import CloseCode
from channels_realtime.metrics import BUCKETS, OTHER_CODE, Histogram, counts

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily
Values = dict[tuple[str, ...], int]  # by the values of the labels

# Prometheus does not see the first increase of a series that did not exist before, so these
# labels have a value from the start.
ERROR_CODES = (
    "bad_json", "bad_message", "binary", "internal", "too_big", "too_fast", "unknown_type",
)  # fmt: skip


@never_cache
@require_safe
def metrics_view(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics of this process, in the text format of Prometheus.

    These are all metrics of prometheus_client's default registry: those of the library, those of
    the Python process, and those that the project adds. The view protects nothing.
    """
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class CountsCollector(Collector):
    """Read the counts each time they are asked for."""

    def collect(self) -> Iterator[Family]:
        """Yield the metrics of the library."""
        yield GaugeMetricFamily(
            "realtime_open_sockets", "Sockets that are open now.", value=counts.open_sockets
        )
        yield HistogramMetricFamily(
            "realtime_handshake_duration_seconds",
            "Time from a handshake's request until its socket is accepted.",
            buckets=cumulative(counts.handshakes),
            sum_value=counts.handshakes.seconds,
        )
        yield from socket_counters()
        yield from layer_counters()


def socket_counters() -> Iterator[CounterMetricFamily]:
    """Yield the counters of sockets and their frames."""
    yield counter(
        "realtime_handshakes_refused",
        "Handshakes refused with 403.",
        {(): counts.handshakes_refused},
    )
    yield counter(
        "realtime_messages_received",
        "Frames that clients sent, also those that were refused.",
        {(): counts.messages_received},
    )
    yield counter("realtime_messages_sent", "Frames sent to clients.", {(): counts.messages_sent})
    yield counter("realtime_error_frames", "Error frames sent to clients.", errors(), "code")
    yield counter("realtime_sockets_closed", "Sockets that have ended.", closes(), "by", "code")


def layer_counters() -> Iterator[CounterMetricFamily]:
    """Yield the counters of the channel layer."""
    failures: Values = {("send",): counts.send_failures, ("receive",): counts.receive_failures}
    yield counter(
        "realtime_layer_failures", "Failures of the channel layer.", failures, "operation"
    )
    yield counter(
        "realtime_events_lost",
        "Events that the channel layer did not accept in time.",
        {(): counts.events_lost},
    )


def counter(name: str, documentation: str, values: Values, *labels: str) -> CounterMetricFamily:
    """Return a counter with its values for the labels."""
    family = CounterMetricFamily(name, documentation, labels=labels)
    for each, value in values.items():
        family.add_metric(each, value)
    return family


def errors() -> Values:
    """Return the number of error frames by their code."""
    values = dict.fromkeys(ERROR_CODES, 0) | counts.error_frames.copy()
    return {(code,): value for code, value in values.items()}


def closes() -> Values:
    """Return the number of ended sockets by who has closed them, and by close code."""
    values: Values = {("server", str(code)): 0 for code in CloseCode}
    for by, codes in (("server", counts.server_closes), ("client", counts.client_closes)):
        for code, value in codes.copy().items():
            values[by, "other" if code == OTHER_CODE else str(code)] = value
    return values


def cumulative(histogram: Histogram) -> list[tuple[str, float]]:
    """Return the buckets as Prometheus has them: each includes all shorter durations."""
    limits = [*map(str, BUCKETS), "+Inf"]
    return list(zip(limits, accumulate(histogram.buckets.copy()), strict=True))


REGISTRY.register(CountsCollector())
