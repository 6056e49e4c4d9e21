"""The limits on what a client may send."""

import pytest

from channels_realtime.rate_limit import TokenBucket, exceeds_bytes


@pytest.mark.parametrize(
    ("text", "too_big"),
    [("x" * 100, False), ("x" * 101, True), ("é" * 50, False), ("é" * 51, True), ("𝄞" * 26, True)],
)
def test_a_frame_is_measured_in_bytes_of_utf_8(text, too_big):
    assert exceeds_bytes(text, 100) == too_big


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still. Move it with `clock[0] += seconds`."""
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_a_bucket_allows_a_burst_and_then_the_rate(clock):
    bucket = TokenBucket(rate=10, burst=20)
    assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]
    clock[0] += 0.5  # one token for the debt, and four new ones
    assert [bucket.take() for _ in range(5)] == [True] * 4 + [False]
    clock[0] += 1000
    assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]


def test_a_bucket_is_exhausted_by_a_client_that_ignores_the_limit(clock):
    bucket = TokenBucket(rate=10, burst=20)
    for _ in range(40):
        bucket.take()
    assert not bucket.exhausted
    clock[0] += 0.1
    bucket.take()
    assert not bucket.exhausted
    bucket.take()
    assert bucket.exhausted
