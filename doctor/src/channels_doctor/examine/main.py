"""Examine a project: read a request and write the findings, both as JSON on standard streams."""

from __future__ import annotations

import gc
import json
import sys
from typing import Any, Iterable, Iterator

from .asgi.middleware import is_only_without_user
from .deployment.unused_sockets import is_never_set_up
from .diffs import diff_path, file_line, in_quotes_of
from .finding import Finding
from .fix_conflicts import with_fixes_that_fit
from .needed_imports import with_imports
from .packages.installs import has_abandoned_channels
from .project import Project
from .python.newer_syntax import newer_python_limits
from .reachability.locations import is_reached
from .registry import Rule, load_rules
from .repeats import without_repeats
from .rules.syntax_error import unparsed_limits

DEPTHS = ["source", "settings", "live"]
SEVERITIES = ["error", "warning", "info"]
ARGUMENTS = ("root", "settings_module", "facts", "live", "library")  # of Project, in this order


def main() -> None:
    """Examine the project of the request on standard input."""
    gc.disable()  # the syntax trees live to the end, and collecting them takes a third of the time
    request = json.load(sys.stdin)
    project = Project(*(request.get(name) for name in ARGUMENTS))
    project.top = request.get("top")
    answer = {
        "files": len(project.modules) + len(project.unparsed_files),
        "limits": [
            *project.limits,
            *newer_python_limits(project),
            *unparsed_limits(project),
        ],
        "settings_module": project.settings.name,
        "uses_websockets": project.uses_websockets,
        "findings": list(find_reached_faults(project, load_rules())),
    }
    json.dump(answer, sys.stdout)


def find_reached_faults(project: Project, rules: list[Rule]) -> Iterator[dict[str, Any]]:
    """Yield the findings in order, without those in code that nothing reaches or sets up."""
    if has_abandoned_channels(project) or is_never_set_up(project):
        return
    found = without_repeats(_in_use(project, find_faults(project, rules)))
    yield from with_fixes_that_fit(sorted(found, key=sort_key))


def _in_use(project: Project, findings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        place = finding["path"], finding["line"]
        if is_reached(project, *place) and not is_only_without_user(project, *place):
            yield finding


def find_faults(project: Project, rules: list[Rule]) -> Iterator[dict[str, Any]]:
    """Yield the findings of the rules as JSON, each message once for a location.

    A rule that fails becomes a finding itself, so that it does not hide those of other rules.
    """
    for rule in rules:
        seen = set()
        try:
            for finding in rule.check(project):
                if (finding.location, finding.message) not in seen:
                    seen.add((finding.location, finding.message))
                    yield _describe(rule, complete_fix(project, finding))
        except Exception as error:
            yield _describe(rule, _failure(rule, error))


def complete_fix(project: Project, finding: Finding) -> Finding:
    """Return a finding whose diff has the quotes of its file, and the imports that it needs."""
    path = finding.location.path if finding.location else ""
    path = diff_path(finding.fix) or path
    module = next((each for each in project.modules if each.path == path), None)
    fix = in_quotes_of(file_line(project, finding.location), finding.fix)
    return finding._replace(fix=with_imports(module, fix))


def _failure(rule: Rule, error: Exception) -> Finding:
    return Finding(
        f"The rule {rule.id} failed for this project ({type(error).__name__}: {error}).",
        severity="info",
        fix="Report this failure, with the lines that caused it.",
    )


def _describe(rule: Rule, finding: Finding) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "severity": finding.severity or rule.severity,
        "depth": finding.depth or rule.depth,
        "path": finding.location.path if finding.location else None,
        "line": finding.location.line if finding.location else None,
        "message": finding.message,
        "symptom": finding.symptom or rule.symptom,
        "fix": finding.fix,
        "cause": finding.cause,
    }


def sort_key(finding: dict[str, Any]) -> Any:
    """Return the sort key of a finding: its depth, then its severity, then its location."""
    depth, severity = DEPTHS.index(finding["depth"]), SEVERITIES.index(finding["severity"])
    return depth, severity, finding["path"] or "", finding["line"] or 0, finding["rule"]
