"""Examine a project: a request as JSON on standard input, the findings as JSON on standard output."""

from __future__ import annotations

import gc
import json
import sys
from typing import Any, Iterator

from .finding import Finding
from .project import Project
from .registry import Rule, load

DEPTHS = ["source", "settings", "live"]
SEVERITIES = ["error", "warning", "info"]


def main() -> None:
    """Answer the request on standard input."""
    gc.disable()  # trees are large and live to the end: looking for garbage in them takes a third of the time
    request = json.load(sys.stdin)
    asked = [request.get(name) for name in ("root", "settings_module", "facts", "live", "library")]
    project = Project(*asked)
    answer = {
        "files": len(project.modules) + len(project.unparsed_files),
        "settings_module": project.settings.name,
        "findings": sorted(findings(project, load()), key=order),
    }
    json.dump(answer, sys.stdout)


def findings(project: Project, rules: list[Rule]) -> Iterator[dict[str, Any]]:
    """Yield what the rules find, each place once for a rule.

    A rule that fails must not hide what the others find: it becomes an `info` finding.
    """
    for rule in rules:
        seen = set()
        try:
            for finding in rule.check(project):
                if (finding.location, finding.message) not in seen:
                    seen.add((finding.location, finding.message))
                    yield _describe(rule, finding)
        except Exception as error:
            message = f"The rule {rule.id} could not look at this project ({type(error).__name__}: {error})."
            yield _describe(
                rule,
                Finding(
                    message,
                    severity="info",
                    fix="Please report it, with the lines it stumbled over.",
                ),
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
    }


def order(finding: dict[str, Any]) -> Any:
    """Return the key by which findings are sorted: the depth, then what is worst."""
    depth, severity = DEPTHS.index(finding["depth"]), SEVERITIES.index(finding["severity"])
    return depth, severity, finding["path"] or "", finding["line"] or 0, finding["rule"]
