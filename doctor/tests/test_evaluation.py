"""The evaluation sets: the share of faults found, and no finding in sound projects."""

import sys
from pathlib import Path

import pytest
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

EVALUATION = Path(__file__).parents[1] / "evaluation"
# The share of the faults of each set that must be found. Raise it when the rules find more.
MIN_RECALL = {
    "development": 0.96,
    "held_out": 0.95,
    "unseen": 0.95,
    "unseen_second": 0.9,
    "unseen_third": 0.94,
    "unseen_fourth": 0.92,
    "unseen_fifth": 0.93,
    "unseen_sixth": 0.89,
    "unseen_seventh": 0.93,
    "unseen_eighth": 0.91,
}


def examine(folder):
    """Return the findings of the linter in the sources of a folder."""
    return list(find_reached_faults(Project(str(folder)), list(RULES.values())))


@pytest.fixture
def run(monkeypatch):
    """The module evaluation/run.py, which imports others beside it."""
    monkeypatch.syspath_prepend(str(EVALUATION))
    monkeypatch.delitem(sys.modules, "run", raising=False)
    import run

    monkeypatch.setattr(run, "examine", examine)
    return run


@pytest.mark.parametrize("name", MIN_RECALL)
def test_no_sound_project_has_a_finding_in_its_sources(name, run):
    _, sound = run.load(EVALUATION / name)
    alarms = {case.name: run.find_alarms(EVALUATION / name, case) for case in sound}
    assert {name: found for name, found in alarms.items() if found} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", MIN_RECALL)
def test_the_faults_of_the_sets_are_found(name, run, capsys):
    """It prints the recall by shape; `python evaluation/run.py evaluation/SET` loads settings."""
    faults, _ = run.load(EVALUATION / name)
    found = [run.is_found(EVALUATION / name, fault) for fault in faults]
    with capsys.disabled():
        print()
        run.print_recall(faults, found)
    assert sum(found) / len(found) >= MIN_RECALL[name]
