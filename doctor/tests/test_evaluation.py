"""The development set of the evaluation: which faults are found, and that sound projects are."""

import sys
from pathlib import Path

import pytest
from support.sample_projects import examine

EVALUATION = Path(__file__).parents[1] / "evaluation"
DEVELOPMENT = EVALUATION / "development"
# The share of the faults that must be found. Raise it when the rules find more.
MIN_RECALL = 0.95


@pytest.fixture
def run(monkeypatch):
    """The module evaluation/run.py, which imports another one beside it."""
    monkeypatch.syspath_prepend(str(EVALUATION))
    monkeypatch.delitem(sys.modules, "run", raising=False)
    import run

    return run


def test_no_sound_project_has_a_finding_in_its_sources(run, monkeypatch):
    monkeypatch.setattr(run, "examine", examine)
    _, sound = run.load(DEVELOPMENT)
    alarms = {case.name: run.find_alarms(DEVELOPMENT, case) for case in sound}
    assert {name: found for name, found in alarms.items() if found} == {}


@pytest.mark.slow
def test_the_faults_are_found_and_the_sound_projects_have_no_finding(run, monkeypatch, capsys):
    """With the settings loaded, `python evaluation/run.py evaluation/development` takes longer."""
    monkeypatch.setattr(run, "examine", examine)
    monkeypatch.setattr(run, "WORKERS", 1)  # CPython 3.11 does not parse in two threads at once
    recall, false_alarms = measure(run, capsys)
    assert recall >= MIN_RECALL
    assert false_alarms == 0


def measure(run, capsys):
    """Print the results by shape; return the recall and the number of false alarms."""
    result = run.evaluate(DEVELOPMENT)
    with capsys.disabled():
        print()
        run.print_result(result)
    return result.recall, sum(map(len, result.alarms))
