"""The steps of `chanscaffold update`, and its exit code."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.support.errors import Incomplete
from channels_doctor.support.sanitize import printable
from chanscaffold.update import proof, report
from chanscaffold.update.plan_update import plan_update
from chanscaffold.update.repository import check_git, check_ready, open_repository
from chanscaffold.update.saved_tree import abort
from chanscaffold.update.show_diff import make_diff
from chanscaffold.update.write_update import check_writable, write_update

if TYPE_CHECKING:
    from chanscaffold.template import Template
    from chanscaffold.update.outcome import UpdatePlan
    from chanscaffold.update.record import Record

CURRENT, CONFLICTS = 0, 1
ABORT = "chanscaffold update --abort"


class Request(NamedTuple):
    """What the command line requests for a project; `project` is an absolute path."""

    project: str
    record: Record
    template: Template
    answers: dict[str, Any]
    check: bool
    diff: bool
    proof: bool
    format: str
    verbose: bool


def run_abort(project: str) -> None:
    """Bring back the files before the last update; Refused if there is none."""
    names = abort(project)
    click.echo(f"The update is undone: {len(names)} files are as they were before.")


def run_update(request: Request) -> int:
    """Update a project or say what an update would change, and return the exit code.

    Raise Refused if the project cannot be updated, and CommandError if the template does not
    render; then nothing was changed.
    """
    is_dry = request.check or request.diff
    check_git()
    if not is_dry:
        check_ready(open_repository(request.project))
    plan = plan_update(request.project, request.record, request.template, request.answers)
    with _messages_to(sys.stderr if request.format == "json" else sys.stdout):
        result = _preview(request, plan) if is_dry or not plan.writes else _write(request, plan)
    if request.format == "json":
        click.echo(report.as_json(result))
    return result.exit_code


def _messages_to(stream: Any) -> contextlib.AbstractContextManager[Any]:
    """Print everything for people to a stream."""
    return contextlib.redirect_stdout(stream)


def _preview(request: Request, plan: UpdatePlan) -> report.Report:
    """Show what an update would change."""
    if not plan.writes:
        click.echo(f"The project has everything that the template {plan.version} has.")
        return report.Report("current", plan, [], CURRENT)
    if request.diff:
        click.echo(printable(make_diff(plan)), nl=False)
    else:
        click.echo(f"An update to {plan.version} would change:")
        report.show_plan(plan, request.verbose)
    return report.Report("available", plan, [_command("update", request)], 1)


def _command(name: str, request: Request) -> str:
    return shlex.join(["chanscaffold", name, os.path.relpath(request.project)])


def _write(request: Request, plan: UpdatePlan) -> report.Report:
    """Write the update, prove the project, and say what comes next."""
    project = request.project
    check_writable(project, plan.writes)
    write_update(open_repository(project), plan.writes, [proof.LOCK])
    click.echo(f"Updated to {plan.version}:")
    report.show_plan(plan, request.verbose)
    failed = "" if plan.conflicts else _prove(request, plan)
    status = "conflicts" if plan.conflicts else "not proven" if failed else "updated"
    commands = _next_commands(request, plan, failed)
    report.show_next(commands)
    code = {"conflicts": CONFLICTS, "updated": CURRENT, "not proven": Incomplete.exit_code}[status]
    return report.Report(status, plan, commands, code, failed)


def _prove(request: Request, plan: UpdatePlan) -> str:
    """Run the proof, or only lock the packages; return the step that fails, or else nothing."""
    if request.proof:
        failed = proof.prove(request.project)
    else:
        failed = proof.lock(request.project, plan.writes)
    if failed:
        click.echo(f"The files are merged, and not proven: the step {failed!r} has failed.")
    return failed


def _next_commands(request: Request, plan: UpdatePlan, failed: str) -> list[str]:
    """Return the commands that come next, with a comment after those that need one."""
    start = [shlex.join(["cd", request.project])]
    commands = proof.list_commands(request.project, failed)
    undo = f"{ABORT}  # to undo the update"
    if plan.conflicts:
        resolve = "git diff --check  # shows the markers of conflicts: edit these files"
        return [*start, resolve, *commands, "git add --all && git commit", undo]
    if not request.proof:
        return [*start, *commands, "git add --all && git commit", undo]
    last = ["git status && git diff", "git add --all && git commit", undo]
    return [*start, *commands, *last] if failed else [*start, *last]
