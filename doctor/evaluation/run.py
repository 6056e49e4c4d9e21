"""Measure the linter's recall on projects with a fault, and its findings on sound projects.

`python evaluation/run.py SET`, in the folder doctor/. SET is a folder with `bases/`, and with
modules whose lists FAULTS and SOUND have the cases. The findings of the unchanged base count for
nothing: a fault is found if there is another finding at its place, and a sound project must have
no other error or warning. The interpreter has only the packages of this environment: that one is
missing is no finding, and a case that pins an older Channels is examined without its settings.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from case import Fault, Sound, write_project
from linter import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2  # cases at once
FAILING = ("error", "warning")  # severities that a sound project must not have
IMPORT_RULES = ("project-import", "asgi-application-import")
MISSING = re.compile(r"No module named '(\w+)")


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
    with new_findings(folder, fault) as (project, findings):
        return fault.is_found(project, findings)


def find_alarms(folder: Path, case: Sound) -> list[dict[str, object]]:
    """Return the errors and warnings of a sound project."""
    with new_findings(folder, case) as (_, findings):
        return [finding for finding in findings if finding["severity"] in FAILING]


@contextmanager
def new_findings(
    folder: Path, case: Fault | Sound
) -> Iterator[tuple[Path, list[dict[str, object]]]]:
    """Write a case; yield its folder, and the findings that its base does not have."""
    usual = findings_of_base(folder, case.base)
    with written(folder, case) as project:
        findings = [each for each in examine(project) if not is_of_missing_package(project, each)]
        yield project, not_in(usual, findings)


@cache
def findings_of_base(folder: Path, name: str) -> list[dict[str, object]]:
    """Return the findings of an unchanged base."""
    with written(folder, Sound(name, "", name, {})) as project:
        return examine(project)


@contextmanager
def written(folder: Path, case: Fault | Sound) -> Iterator[Path]:
    """Write the project of a case into a temporary folder, which has no other files above it."""
    with tempfile.TemporaryDirectory() as work:
        project = Path(work, "project")
        write_project(case, folder / "bases", project)
        yield project


def not_in(
    usual: list[dict[str, object]], findings: list[dict[str, object]]
) -> list[dict[str, object]]:
    """Return the findings without the usual ones, each of which counts once."""
    left = Counter(map(identity, usual))
    new = []
    for finding in findings:
        if left[identity(finding)]:
            left[identity(finding)] -= 1
        else:
            new.append(finding)
    return new


def identity(finding: dict[str, object]) -> tuple[object, ...]:
    """Return what makes two findings the same, whatever their folders and lines."""
    return finding["rule"], os.path.basename(str(finding["path"])), finding["message"]


def is_of_missing_package(project: Path, finding: dict[str, object]) -> bool:
    """Return whether the project was not imported because of a module that is not its own."""
    missing = MISSING.search(f"{finding['symptom']} {finding['message']}")
    if missing is None or finding["rule"] not in IMPORT_RULES:
        return False
    return not any(
        name in (missing[1], f"{missing[1]}.py")
        for _, folders, files in os.walk(project)
        for name in folders + files
    )


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
