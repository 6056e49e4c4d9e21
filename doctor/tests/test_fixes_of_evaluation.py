"""The printed fixes of the evaluation sets are applied literally to their faulty projects."""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from support.explained_fixes import EXPLAINED
from support.printed_fix import apply_to, is_applicable, path_of
from support.project_loader import ProjectLoader
from support.sample_projects import examine

EVALUATION = Path(__file__).parents[1] / "evaluation"
# The settings by base. Those of the base "deployed" need services.
SETTINGS = {
    "development": {"tutorial": "mysite.settings", "site": "config.settings.dev"},
    "unseen": {"tutorial": "mysite.settings", "site": "config.settings.development"},
    "unseen_second": {"tutorial": "mysite.settings", "site": "config.settings.development"},
    "unseen_third": {"tutorial": "mysite.settings", "site": "config.settings.development"},
    "unseen_sixth": {"tutorial": "mysite.settings", "site": "config.settings.development"},
    "unseen_seventh": {"tutorial": "mysite.settings", "site": "config.settings.development"},
}
MAX_ROUNDS = 4  # a fix may show a fault that the first one hid


@pytest.fixture
def run(monkeypatch):
    """The module evaluation/run.py, which imports others beside it."""
    monkeypatch.syspath_prepend(str(EVALUATION))
    monkeypatch.delitem(sys.modules, "run", raising=False)
    import run

    monkeypatch.setattr(run, "examine", examine)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_each_printed_fix_removes_its_finding_and_the_project_loads(name, run, capsys):
    """It prints the share of the fixes that work, and how many are explained."""
    results, failed = Counter(), []
    with ProjectLoader() as loader:
        for fault in run.load(EVALUATION / name)[0]:
            with run.written(EVALUATION / name, fault) as project:
                for finding, problem in apply_each(run, loader, name, fault, project):
                    results[problem] += 1
                    if problem not in ("applied", "explained"):
                        failed.append((fault.name, finding["rule"], finding["fix"], problem))
    with capsys.disabled():
        works, all_applied = results["applied"], results.total() - results["explained"]
        print(f"\n{works} of {all_applied} diffs work as printed; {results['explained']} explained")
    assert failed == []


def apply_each(run, loader, name, fault, project):
    """Yield each finding of a case with what became of its fix."""
    usual = run.findings_of_base(EVALUATION / name, fault.base)
    found = run.not_in(usual, examine(project))
    for finding in found:
        if is_applicable(finding["fix"]):
            files = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
            yield finding, problem_after(run, loader, name, fault, project, found, finding)
            restore(project, files)
        else:
            is_known = finding["rule"] in EXPLAINED
            yield finding, "explained" if is_known else "neither applied nor explained"


def problem_after(run, loader, name, fault, project, found, finding):
    """Return "applied" when the fix, and those that it leads to, leave only the other findings."""
    others = Counter(map(identity, found)) - Counter([identity(finding)])
    step = finding
    for _ in range(MAX_ROUNDS):
        apply_to(project, step)
        left = [
            each for each in findings(run, name, fault, project) if identity(each) not in others
        ]
        if not left:
            return load(loader, name, fault, project, found, path_of(finding))
        step = next((each for each in left if is_applicable(each["fix"])), None)
        if step is None:
            break
    return f"left: {[(each['rule'], each['message']) for each in left]}"


def findings(run, name, fault, project):
    return run.not_in(run.findings_of_base(EVALUATION / name, fault.base), examine(project))


def identity(finding):
    """Return what names a finding, whatever its line and the other settings: a fix changes both."""
    message = finding["message"].replace(" Other settings use Redis.", "")
    return finding["rule"], finding["path"], re.sub(r"line \d+", "line", message)


def load(loader, name, fault, project, found, path):
    """Load a project whose only fault was in Python and is fixed."""
    is_python = path.endswith(".py") and fault.base in SETTINGS[name]
    if not is_python or len({each["rule"] for each in found}) > 1:
        return "applied"
    return loader.error(project, SETTINGS[name][fault.base]) or "applied"


def restore(project, files):
    for path, content in files.items():
        if path.read_bytes() != content:
            path.write_bytes(content)
