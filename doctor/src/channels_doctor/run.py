"""The steps of `channels-doctor`, and its exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.examination import Examination, examine_project, examine_url
from channels_doctor.reports.github_report import github_report
from channels_doctor.reports.json_report import json_report
from channels_doctor.reports.text_report import text_report
from channels_doctor.support import signals
from channels_doctor.support.errors import Refused
from channels_doctor.support.orphans import adopt_orphans
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from channels_doctor.fixes.propose import Proposal

MAX_FIX_ROUNDS = 3
REPORTS = {"text": text_report, "json": json_report, "github": github_report}


class Request(NamedTuple):
    """The options of the command line.

    `generator` returns for a project's folder what the calling command would put there: the
    `release` and the `digest` of its library, and as `changed_files` how many files would differ.
    """

    path: str
    settings: str | None
    python: str | None
    live: bool
    url: str | None
    format: str
    strict: bool
    fix: bool
    generator: Callable[[str], dict[str, Any] | None] | None = None


def run(request: Request) -> int:
    """Examine, fix if requested, report, and return the exit code.

    It is 0 without errors, 1 with errors, and 3 when the examination is incomplete.
    """
    _refuse_contradictions(request)
    if signals.is_installed():
        adopt_orphans()
    examination = _examine(request)
    # A fix may reveal another fault: hosts in a list may still lack their timeouts.
    for number in range(MAX_FIX_ROUNDS if request.fix else 0):
        if not _fix(examination, is_first=number == 0):
            break
        examination = _examine(request)
    report = REPORTS[request.format](examination)
    if report:
        click.echo(report)
    if examination.count("error") or (request.strict and examination.count("warning")):
        return 1
    return 3 if examination.is_incomplete else 0


def _refuse_contradictions(request: Request) -> None:
    if request.url is not None and (request.live or request.fix):
        raise Refused(
            "--url examines a running deployment, --live and --fix work on a project: "
            "use either --url or the others."
        )
    if request.fix and request.format != "text":
        raise Refused("--fix prints a diff and asks before it writes: use it with --format text.")


def _examine(request: Request) -> Examination:
    from channels_doctor.project_location import find_project
    from channels_doctor.project_python import find_interpreter

    if request.url is not None:
        return examine_url(request.url)
    location = find_project(request.path, request.settings)
    python = find_interpreter(location.root, request.python)
    library = request.generator(location.root) if request.generator else None
    return examine_project(location, python, request.settings, request.live, library)


def _fix(examination: Examination, is_first: bool) -> bool:
    """Show the safe fixes, ask on a terminal, and write them; return whether files were changed."""
    from channels_doctor.fixes.propose import propose
    from channels_doctor.fixes.write import write

    if examination.location is None:
        return False
    root = examination.location.root
    proposal = propose(root, examination.findings)
    _show(proposal)
    if is_first and not proposal.changes:
        click.echo("--fix has nothing to change.\n")
    if not proposal.changes or not _is_confirmed():
        return False
    write(root, proposal.changes)
    click.echo(f"Fixed: {', '.join(change.path for change in proposal.changes)}\n")
    return True


def _show(proposal: Proposal) -> None:
    for change in proposal.changes:
        click.echo(printable(change.diff()))
    for rule, path, reason in proposal.skipped:
        click.echo(printable(f"Not fixed: {path} [{rule}]: {reason}"))


def _is_confirmed() -> bool:
    """Return whether to write the changes; without a terminal the option --fix is enough."""
    return not sys.stdin.isatty() or click.confirm("Write these changes?", default=True)
