"""The steps of `chanscaffold doctor`, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from channels_doctor.examination import Examination, examine_project, examine_url
from channels_doctor.reports.github_report import github_report
from channels_doctor.reports.json_report import json_report
from channels_doctor.reports.text_report import text_report
from channels_doctor.support.errors import Refused
from channels_doctor.support.orphans import adopt
from channels_doctor.support.signals import stop

if TYPE_CHECKING:
    from channels_doctor.fixes.propose import Proposal

MENDS = 3  # rounds, at most
REPORTS = {"text": text_report, "json": json_report, "github": github_report}


class Request(NamedTuple):
    """What the command line asks for, and the release and the digest of the library that the command carries."""

    path: str
    settings: str | None
    python: str | None
    live: bool
    url: str | None
    format: str
    strict: bool
    fix: bool
    library: dict[str, str] | None = None


def run(request: Request) -> int:
    """Examine, mend if asked to, and report; return the exit code: 0 sound, 1 findings, 3 not examined to the end."""
    _refuse_contradictions(request)
    if stop.is_watching:
        adopt()
    examination = _examine(request)
    # What one mend brings to light, the next one mends: a host in a list may still lack its time-out.
    for _ in range(MENDS if request.fix else 0):
        if not _mend(examination):
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
            "--url looks at a running deployment, --live and --fix at a project's files: ask for one of them."
        )
    if request.fix and request.format != "text":
        raise Refused("--fix shows a diff and asks: it goes with --format text alone.")


def _examine(request: Request) -> Examination:
    from channels_doctor.locate import find_project
    from channels_doctor.project_python import find_interpreter

    if request.url is not None:
        return examine_url(request.url)
    location = find_project(request.path, request.settings)
    python = find_interpreter(location.root, request.python)
    return examine_project(location, python, request.settings, request.live, request.library)


def _mend(examination: Examination) -> bool:
    """Show what can be mended safely, ask on a terminal, and do it; return whether anything was written."""
    from channels_doctor.fixes.propose import apply, propose

    if examination.location is None:
        return False
    root = examination.location.root
    proposal = propose(root, examination.findings)
    _show(proposal)
    if not proposal.changes or not _is_agreed():
        return False
    apply(root, proposal.changes)
    click.echo(f"Written: {', '.join(change.path for change in proposal.changes)}\n")
    return True


def _show(proposal: Proposal) -> None:
    from channels_doctor.support.sanitize import printable

    for change in proposal.changes:
        click.echo(printable(change.diff()))
    for rule, path, reason in proposal.left:
        click.echo(printable(f"Left alone: {path} [{rule}]: {reason}"))
    if not proposal.changes:
        click.echo("Nothing here is mended by --fix.\n")


def _is_agreed() -> bool:
    """Return whether the changes may be written: without a terminal, the flag itself is the word."""
    import sys

    return not sys.stdin.isatty() or click.confirm("Write these changes?", default=True)
