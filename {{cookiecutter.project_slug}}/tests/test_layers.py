"""What is logged while Redis is away."""

import logging

import pytest


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test moves it."""
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    return clock


def test_only_the_first_of_a_row_is_logged_and_without_its_traceback(clock, caplog):
    logger = logging.getLogger("channels_redis.pubsub")
    for seconds in (0, 1, 1, 1, 1, 1, 1, 10, 1):
        clock[0] += seconds
        try:
            raise ConnectionError("refused")
        except ConnectionError:
            logger.exception("Unexpected exception in receive task")
    said = "Unexpected exception in receive task: ConnectionError('refused')"
    assert [record.getMessage() for record in caplog.records] == [said] * 2
    assert "Traceback" not in caplog.text
