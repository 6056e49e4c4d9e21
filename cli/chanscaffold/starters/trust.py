"""Show where starters are from and what they change, and ask before a new source is used."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from channels_doctor.support.errors import ChanscaffoldError, Refused
from channels_doctor.support.sanitize import printable
from chanscaffold.starters.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from chanscaffold.starters.starter import Starter
    from chanscaffold.template import Template

LINES = 20  # files of a starter that are shown


def ask(template: Template, trusted: bool) -> None:
    """Ask whether those of a template's starters that are new may be used, and remember it; Refused if they may not.

    With `trusted`, the user has said so in advance: only where each is from is shown. Nothing is remembered then, as
    that is how machines run, whose home may be read-only, and whose next run says it again.
    """
    known = Registry.read().trusted
    new = [starter for starter in template.starters if starter.origin.source not in known]
    is_asked = bool(new) and not trusted
    if is_asked:
        _check_terminal(new)
    for starter in template.starters:
        _show_origin(starter, starter in new)
    if is_asked:
        _describe(template, new)
        _confirm(new)


def remember(starters: Sequence[Starter]) -> None:
    """Let starters be used without asking from now on; ChanscaffoldError if that cannot be written down."""
    with Registry.edit() as registry:
        registry.trust(starter.origin.source for starter in starters)


def _check_terminal(starters: Sequence[Starter]) -> None:
    """Refuse starters to ask about where nobody can be asked."""
    if not sys.stdin.isatty():
        listed = ", ".join(
            f"{starter.manifest.name} ({starter.origin.describe()})" for starter in starters
        )
        last, origin = starters[-1].manifest.name, starters[-1].origin
        address = f"{origin.source}@{origin.ref}" if origin.ref else origin.source
        command = shlex.join(["chanscaffold", "starter", "add", last, address])
        raise Refused(
            f"New here: {listed}: look at it and give --trust, or run `{command}` on a terminal."
        )


def _show_origin(starter: Starter, is_new: bool) -> None:
    """Show what a tag or a branch stands for today, and where a new folder is."""
    if starter.origin.note:
        _show(starter.origin.note)
    if is_new or starter.origin.is_fetched:
        _show(f"Starter {starter.manifest.name} is {starter.origin.describe()}")


def _describe(template: Template, new: Container[Starter]) -> None:
    """Show what the new ones of a template's starters are for, and what they change of that which they lie on."""
    names = set(template.own_files())
    for starter in template.starters:
        if starter in new:
            _show("\n".join(_description(starter, names)))
        names.update(starter.files)


def _description(starter: Starter, names: Container[str]) -> Iterator[str]:
    """Yield lines that say what a starter is for, and which of a project's files, of these names so far, it touches."""
    yield f"{starter.manifest.name}: {starter.manifest.description or 'no description':.200}"
    touched = [f"removes {name}" for name in starter.manifest.remove]
    touched += [f"patches {name}" for name in starter.patches]
    touched += [f"replaces {name}" for name in starter.files if name in names]
    touched += [f"adds {name}" for name in starter.files if name not in names]
    yield from (f"  {line:.200}" for line in touched[:LINES])
    if len(touched) > LINES:
        yield f"  and {len(touched) - LINES} more, in {starter.origin.folder}"


def _show(text: str) -> None:
    click.echo(printable(text), err=True)


def _confirm(starters: Sequence[Starter]) -> None:
    click.echo(
        "A starter's files become part of the project, and run with your rights when it is set up.",
        err=True,
    )
    try:
        yes = click.confirm(
            "Use it?" if len(starters) == 1 else "Use them?", default=False, err=True
        )
    except click.Abort:
        click.echo(err=True)
        yes = False
    if not yes:
        names = ", ".join(starter.manifest.name for starter in starters)
        raise Refused(f"You do not trust {names}: nothing was written.")
    try:
        remember(starters)
    except ChanscaffoldError as error:
        click.echo(f"You will be asked again: {error.format_message()}", err=True)
