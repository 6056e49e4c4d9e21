"""Measure the linter's recall on projects with a fault, and its findings on sound projects.

`python evaluation/run.py SET`, in the folder doctor/. SET is a folder with `bases/`, and with
modules whose lists FAULTS and SOUND have the cases. A fault counts as found if there is a finding
at its place that the unchanged base does not have.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from case import Fault, Sound, write_project

TIMEOUT = 120  # seconds
WORKERS = 2  # cases at once
FAILING = ("error", "warning")  # severities that a sound project must not have


class Result(NamedTuple):
    """The cases of a set: whether each fault was found, and the findings of each sound project."""

    faults: list[Fault]
    found: list[bool]
    sound: list[Sound]
    alarms: list[list[dict[str, object]]]

    @property
    def recall(self) -> float:
        """Return the share of the faults that were found."""
        return sum(self.found) / max(1, len(self.found))


def main() -> int:
    """Run a set; return 0 if every fault is found and no sound project has a finding."""
    result = evaluate(Path(sys.argv[1]).resolve())
    print_result(result)
    return 0 if all(result.found) and not any(result.alarms) else 1


def evaluate(folder: Path) -> Result:
    """Examine all cases of a set."""
    faults, sound = load(folder)
    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(partial(is_found, folder), faults))
        alarms = list(pool.map(partial(find_alarms, folder), sound))
    return Result(faults, found, sound, alarms)


def print_result(result: Result) -> None:
    """Print the recall by shape, the false alarms, and the precision."""
    print_recall(result.faults, result.found)
    for case, findings in zip(result.sound, result.alarms, strict=True):
        for finding in findings:
            print(f"false: {case.name}: {finding['path']}:{finding['line']} {finding['rule']}")
    wrong = sum(map(bool, result.alarms))
    print(f"{len(result.sound) - wrong} of {len(result.sound)} sound projects have no finding")
    right, all_found = sum(result.found), sum(result.found) + sum(map(len, result.alarms))
    print(f"precision {right / max(1, all_found):.1%}: findings at a fault, of those and the false")


def load(folder: Path) -> tuple[list[Fault], list[Sound]]:
    """Return the cases of all modules of a set."""
    faults, sound = [], []
    for path in sorted(folder.glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        faults += getattr(module, "FAULTS", [])
        sound += getattr(module, "SOUND", [])
    return faults, sound


def is_found(folder: Path, fault: Fault) -> bool:
    """Return whether the linter finds a fault."""
    with tempfile.TemporaryDirectory() as work:
        project = Path(work, "project")
        write_project(fault, folder / "bases", project)
        usual = Counter(map(identity, findings_of_base(folder / "bases" / fault.base)))
        new = []
        for finding in examine(project):
            if usual[identity(finding)]:
                usual[identity(finding)] -= 1
            else:
                new.append(finding)
        return fault.is_found(project, new)


def find_alarms(folder: Path, case: Sound) -> list[dict[str, object]]:
    """Return the errors and warnings of a sound project."""
    with tempfile.TemporaryDirectory() as work:
        project = Path(work, "project")
        write_project(case, folder / "bases", project)
        return [finding for finding in examine(project) if finding["severity"] in FAILING]


@cache
def findings_of_base(base: Path) -> list[dict[str, object]]:
    """Return the findings of an unchanged base."""
    return examine(base)


def identity(finding: dict[str, object]) -> tuple[object, ...]:
    """Return what makes two findings the same, whatever their lines."""
    return finding["rule"], finding["path"], finding["message"]


def examine(project: Path) -> list[dict[str, object]]:
    """Return the findings of the linter."""
    command = [sys.executable, "-m", "channels_doctor", str(project), "--format", "json"]
    command += ["--python", sys.executable]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if not ended.stdout:
        raise RuntimeError(f"{project}: {ended.stderr}")
    report = json.loads(ended.stdout)
    findings: list[dict[str, object]] = report["findings"]
    for finding in findings:
        if finding["path"]:
            finding["path"] = path_from_top(project, report["root"], str(finding["path"]))
    return findings


def path_from_top(project: Path, root: str, path: str) -> str:
    """Return the path of a finding as the cases write it, from the top of the case's files."""
    return os.path.relpath(os.path.join(root, path), project.resolve())


def print_recall(faults: list[Fault], found: list[bool]) -> None:
    """Print each fault that was not found, and the recall by shape and in all."""
    shapes: dict[str, list[bool]] = defaultdict(list)
    for fault, is_one in zip(faults, found, strict=True):
        shapes[fault.shape].append(is_one)
        if not is_one:
            print(f"not found: {fault.shape}: {fault.name}")
    for shape, results in shapes.items():
        print(f"{shape:40} {sum(results):4} of {len(results):4}")
    print(f"{'all':40} {sum(found):4} of {len(found):4} ({sum(found) / max(1, len(found)):.1%})")


if __name__ == "__main__":
    sys.exit(main())
