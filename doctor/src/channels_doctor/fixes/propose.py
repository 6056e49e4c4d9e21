"""Propose the safe fixes of the findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.fixes import FIX_ORDER
from channels_doctor.fixes.diff import diff
from channels_doctor.fixes.isolated_fix import fix_file_isolated
from channels_doctor.fixes.project_file import CannotChange, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Change:
    """A file, relative to the root, before and after its fixes, and the rules that are fixed."""

    path: str
    before: bytes
    after: bytes
    rules: tuple[str, ...]

    def diff(self) -> str:
        """Return the change as a unified diff with masked secrets."""
        return diff(self.path, self.before, self.after)


class Skipped(NamedTuple):
    """A finding that is not fixed, and why."""

    rule: str
    path: str
    reason: str


@dataclass
class Proposal:
    """What `--fix` would write, and what it skips."""

    changes: list[Change] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def propose(root: str, findings: Iterable[Mapping[str, Any]]) -> Proposal:
    """Return the changes that fix the findings, without writing them.

    Findings of rules without a safe fix are left out.
    """
    proposal = Proposal()
    for path, work in _by_file(findings).items():
        try:
            before = read(root, path)
        except CannotChange as error:
            proposal.skipped += [Skipped(rule, path, error.message) for rule, _ in work]
        else:
            _propose_file(proposal, root, path, before, work)
    return proposal


def _by_file(findings: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """Return the (rule, line) pairs of each file, without duplicates."""
    files: dict[str, dict[tuple[str, int], None]] = {}
    for finding in findings:
        if finding["rule"] in FIX_ORDER:
            work = files.setdefault(finding.get("path") or "", {})
            work[finding["rule"], finding.get("line") or 0] = None
    return {path: list(work) for path, work in files.items()}


def _propose_file(
    proposal: Proposal, root: str, path: str, before: bytes, work: list[tuple[str, int]]
) -> None:
    fixed = fix_file_isolated(root, path, before, work)
    proposal.skipped += [Skipped(rule, path, reason) for rule, reason in fixed.skipped]
    if fixed.after != before:
        proposal.changes.append(Change(path, before, fixed.after, tuple(fixed.rules)))
