"""Report an update: for people, and as JSON for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.support.sanitize import printable
from chanscaffold.update.merge_trees import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.update.outcome import UpdatePlan

# The order of the report: what needs the owner comes first.
ORDER = (*KINDS, "renamed", "modified")
# Kinds of which the text has only the number.
COUNTED = {"replaced": "that you have not changed", "added": "that the template has added"}
WIDTH = max(map(len, ORDER))


class Report(NamedTuple):
    """An update and what follows it.

    `next` are commands, and `failed` is the step of the proof that has failed, or empty.
    """

    status: str
    plan: UpdatePlan
    next: list[str]
    exit_code: int
    failed: str = ""


def show_plan(plan: UpdatePlan, verbose: bool) -> None:
    """Print what an update changes."""
    for line in _lines(plan, verbose):
        click.echo(printable(line))


def _lines(plan: UpdatePlan, verbose: bool) -> Iterator[str]:
    for kind in ORDER:
        changes = [change for change in plan.changes if change.kind == kind]
        if kind in COUNTED and changes and not verbose:
            files = "1 file" if len(changes) == 1 else f"{len(changes)} files"
            yield f"  {kind:{WIDTH}}  {files} {COUNTED[kind]}"
            continue
        for change in changes:
            reason = f": {change.reason}" if change.reason else ""
            yield f"  {kind:{WIDTH}}  {change.path}{reason}"
    if plan.settings:
        yield "New in .env.example; your .env is yours to change:"
        yield from (f"  {line}" for line in plan.settings)
    yield from (f"Breaking change: {text}" for text in plan.breaking)
    yield from (f"Note: {text}" for text in plan.notes)


def show_next(commands: list[str]) -> None:
    """Print the commands that come next."""
    if commands:
        click.echo("\nNext:")
        for command in commands:
            click.echo(printable(f"  {command}"))


def as_json(report: Report) -> str:
    """Return one JSON object; docs/guides/update.md describes it."""
    plan = report.plan
    data: dict[str, Any] = {
        "status": report.status,
        "changes": [change._asdict() for change in plan.changes],
        "settings": plan.settings,
        "breaking": plan.breaking,
        "notes": plan.notes,
        "failed": report.failed,
        "next": report.next,
        "exit_code": report.exit_code,
    }
    return json.dumps(data, indent=2)
