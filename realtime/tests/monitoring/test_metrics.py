"""The counts: none is lost, and the metrics have all labels from the start."""

import ast
import sys
import threading

import pytest
from django.test import RequestFactory

from channels_realtime.messages import CloseCode
from channels_realtime.metrics import BUCKETS, Counts, Histogram, counts
from channels_realtime.monitoring import prometheus
from channels_realtime.testing.waiting import wait_until
from support.import_graph import NAME, imported_names, module_graph, modules
from support.metrics import read_metrics
from support.repeat_consumer import RepeatConsumer, said, say

ROUNDS = 20_000


@pytest.fixture
def often_changing_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_no_count_is_lost_while_several_threads_count(often_changing_threads):
    counts = Counts()

    def count():
        for _ in range(ROUNDS):
            counts.messages_sent += 1
            counts.server_closes[CloseCode.TRY_AGAIN_LATER] += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counts.messages_sent == counts.server_closes[1013] == 4 * ROUNDS


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0, 0), (BUCKETS[0], 0), (0.011, 1), (BUCKETS[-1], -2), (11, -1)]
)
def test_a_duration_is_in_the_first_bucket_that_is_not_too_small(seconds, bucket):
    histogram = Histogram()
    histogram.observe(seconds)
    assert histogram.buckets[bucket] == sum(histogram.buckets) == 1
    assert histogram.seconds == seconds


@pytest.mark.parametrize("code", [1000, 1006, 1015, 999, 1016, 3000, 4401])
def test_a_client_cannot_add_labels(code):
    counts = Counts()
    counts.close_by_client(code)
    assert counts.client_closes == {code if 1000 <= code < 1016 else 0: 1}


def test_every_code_of_an_error_frame_has_a_value_from_the_start(monkeypatch):
    monkeypatch.setattr(prometheus, "counts", Counts())
    metrics = read_metrics(prometheus.generate_latest(prometheus.REGISTRY).decode())
    shown = {name.split()[-1] for name in metrics if name.startswith("realtime_error_frames")}
    assert shown == error_codes()


def error_codes():
    """Return the codes of the error frames in the library's source."""
    return {
        code.value
        for path in modules().values()
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("MessageError", "cls")
        for code in ast.walk(call.args[0])
        if isinstance(code, ast.Constant) and isinstance(code.value, str)
    }


def test_every_close_code_of_the_server_has_a_value_from_the_start(monkeypatch):
    monkeypatch.setattr(prometheus, "counts", Counts())
    metrics = read_metrics(prometheus.generate_latest(prometheus.REGISTRY).decode())
    for code in CloseCode:
        assert metrics[f"realtime_sockets_closed_total server {code}"] == 0


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("HEAD", 200), ("POST", 405)])
def test_the_view_is_only_read_and_never_cached(method, status):
    answer = prometheus.metrics_view(RequestFactory().generic(method, "/metrics"))
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "no-store" in answer.headers["Cache-Control"]


def test_the_client_is_imported_only_with_the_view_and_nothing_imports_the_view():
    module = f"{NAME}.monitoring.prometheus"
    importing = [
        name
        for name, path in modules().items()
        if any(each.startswith("prometheus_client") for each in imported_names(path))
    ]
    assert importing == [module]
    assert not [name for name, targets in module_graph().items() if module in targets]


async def test_a_frame_that_waited_in_the_queue_is_counted_once(open_socket, add_route):
    socket = await open_socket(add_route(RepeatConsumer))  # it takes every frame from the queue
    before = counts.messages_sent
    await socket.send_json_to(say("hello"))
    assert await socket.receive_json_from() == said("hello")
    await wait_until(lambda: counts.messages_sent > before)
    assert counts.messages_sent == before + 1
