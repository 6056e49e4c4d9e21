"""The guide to monitoring lists the metrics that the library exports, and its alerts read them."""

import re

import pytest
import yaml
from support.doc_samples import DOCS, read_samples
from support.paths import ROOT

PAGE = "guides/observability.md"
ROW = re.compile(r"(?m)^\| `(realtime_\w+)` \| (\w+) \|([^|]*)\|")
SELECTOR = re.compile(r"\b(realtime_\w+)(?:\{([^}]*)\})?")


@pytest.fixture
def families(monkeypatch):
    """Return what the library exports."""
    monkeypatch.syspath_prepend(str(ROOT / "realtime" / "src"))
    from channels_realtime.monitoring.prometheus import CountsCollector

    return list(CountsCollector().collect())


def label_names(family):
    """Return the names of a metric's labels, except the limits of buckets."""
    return {name for sample in family.samples for name in sample.labels} - {"le"}


def test_the_table_has_each_metric_with_its_type_and_its_labels(families):
    rows = {
        name: (kind, set(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels in ROW.findall((DOCS / PAGE).read_text(encoding="utf-8"))
    }
    assert rows == {
        family.name + "_total" * (family.type == "counter"): (family.type, label_names(family))
        for family in families
    }


def alerts():
    """Return the expressions of the alerts by their names."""
    [rules] = [each for each in read_samples(PAGE) if each.path == "realtime.rules.yml"]
    [group] = yaml.safe_load(rules.text)["groups"]
    return {rule["alert"]: rule["expr"] for rule in group["rules"]}


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_reads_series_that_exist_before_anything_has_happened(families, alert):
    selectors = SELECTOR.findall(alerts()[alert])
    assert selectors
    series = [(sample.name, sample.labels) for each in families for sample in each.samples]
    for name, labels in selectors:
        wanted = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        assert any(name == other and wanted.items() <= has.items() for other, has in series), name
