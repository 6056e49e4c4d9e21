"""The metrics of a running server, read as Prometheus reads them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client.parser import text_string_to_metric_families

from channels_realtime.testing.waiting import wait_until_sync
from support.live_servers import LiveSite

PATH = "/test/metrics/"
DURATION = "realtime_handshake_duration_seconds"

Values = dict[str, float]


def read_metrics(text: str) -> Values:
    """Return the library's samples by their name and the values of their labels."""
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("realtime_")
    }


def scrape(site: LiveSite) -> Values:
    """Return the samples of a server."""
    status, text = site.get(PATH)
    assert status == 200
    return read_metrics(text)


@contextmanager
def expected_changes(site: LiveSite, **changes: float) -> Iterator[Callable[..., None]]:
    """Wait after the block until exactly these samples have changed so much.

    A name has no "realtime_", and "__" before each value of a label. Durations may change.
    """
    before = scrape(site)
    yield lambda **other: changes.update(other)
    changed: Values = {}

    def is_as_expected() -> bool:
        changed.clear()
        for name, value in scrape(site).items():
            if value != before.get(name, 0) and not name.startswith(DURATION):
                key = name.removeprefix("realtime_").replace(" ", "__")
                changed[key] = value - before.get(name, 0)
        return changed == changes

    try:
        wait_until_sync(is_as_expected)
    except AssertionError:
        assert changed == changes
