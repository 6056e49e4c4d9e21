"""When the real-time benchmark calls one state of the repository worse than another."""

import importlib.util
import sys

import pytest
from support.paths import ROOT


@pytest.fixture(scope="module")
def pairs():
    spec = importlib.util.spec_from_file_location(
        "pairs", ROOT / "benchmarks" / "realtime" / "pairs.py"
    )
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pairs", module)  # its dataclass looks there for its types
        spec.loader.exec_module(module)
        yield module


def test_the_interval_of_seven_pairs_is_from_the_second_lowest_to_the_second_highest(pairs):
    assert pairs.interval([7, 1, 6, 2, 5, 3, 4]) == (2, 6)


@pytest.mark.parametrize("count", range(4, 40))
def test_the_interval_holds_the_median_in_85_of_100_cases_at_least(pairs, count):
    low, high = pairs.interval(list(range(count)))
    assert low == count - 1 - high
    assert pairs.confidence(count, low) >= 0.85


def test_a_row_is_worse_if_its_interval_is_below_95_percent_whatever_one_pair_says(pairs):
    assert pairs.PairedRow("x", [0.8, 0.85, 0.9, 0.9, 0.91, 0.94, 1.5]).is_worse


@pytest.mark.parametrize(
    "ratios", [[0.8, 0.8, 0.8, 0.8, 0.8, 0.96, 0.97], [1, 1.1, 1, 1.2, 1, 1, 0.5]]
)
def test_a_row_whose_interval_reaches_95_percent_is_not_worse(pairs, ratios):
    assert not pairs.PairedRow("x", ratios).is_worse


def test_too_few_pairs_show_nothing(pairs):
    assert not pairs.PairedRow("x", [0.1, 0.1, 0.1]).is_worse
    assert pairs.PairedRow("x", [0.1, 0.1, 0.1, 0.1]).is_worse
