"""Show the origin of starters and what they change, and ask before a new source is used."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from channels_doctor.support.errors import CommandError, Refused
from channels_doctor.support.sanitize import printable
from chanscaffold.starters.user_config import UserConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chanscaffold.starters.starter import Starter

MAX_SHOWN_FILES = 20


def confirm_trust(starters: Sequence[Starter], names: Iterable[str], trusted: bool) -> None:
    """Ask whether new sources may be used, and remember the answer; Refused if they may not.

    `names` are those of the template's files. With `trusted`, the user has agreed in advance: show
    the origins only, and remember nothing, as the home of a CI machine may be read-only.
    """
    known = UserConfig.read().trusted
    new = [starter for starter in starters if starter.origin.source not in known]
    must_ask = bool(new) and not trusted
    if must_ask and not sys.stdin.isatty():
        raise _cannot_ask(new)
    for starter in starters:
        _show_origin(starter, starter in new)
    if must_ask:
        _show_changes(starters, new, set(names))
        _ask(new)


def remember(starters: Iterable[Starter]) -> None:
    """Trust the sources of starters from now on; CommandError if that cannot be written."""
    with UserConfig.edit() as config:
        config.trust(starter.origin.source for starter in starters)


def _cannot_ask(new: Sequence[Starter]) -> Refused:
    """Return the error for new starters without a terminal."""
    listed = ", ".join(f"{starter.manifest.name} ({starter.origin.describe()})" for starter in new)
    name, address = new[-1].manifest.name, new[-1].origin.address
    command = shlex.join(["chanscaffold", "starter", "add", name, address])
    return Refused(
        f"These starters are new here: {listed}. Review them and give --trust, "
        f"or run `{command}` on a terminal."
    )


def _show_origin(starter: Starter, is_new: bool) -> None:
    """Show the commit of a tag or a branch, and the place of a new folder."""
    if starter.origin.note:
        _show(starter.origin.note)
    if is_new or starter.origin.is_fetched:
        _show(f"Starter {starter.manifest.name} is {starter.origin.describe()}")


def _show_changes(starters: Sequence[Starter], new: Sequence[Starter], names: set[str]) -> None:
    """Describe each new starter; `names` are those of the template's files."""
    for starter in starters:
        if starter in new:
            _show("\n".join(_describe(starter, names)))
        names.update(starter.files)


def _describe(starter: Starter, names: set[str]) -> Iterator[str]:
    """Yield the lines about a starter's purpose and the files that it changes."""
    yield f"{starter.manifest.name}: {starter.manifest.description or 'no description':.200}"
    changes = [f"removes {name}" for name in starter.manifest.remove]
    changes += [f"patches {name}" for name in starter.patches]
    changes += [f"replaces {name}" for name in starter.files if name in names]
    changes += [f"adds {name}" for name in starter.files if name not in names]
    yield from (f"  {line:.200}" for line in changes[:MAX_SHOWN_FILES])
    if len(changes) > MAX_SHOWN_FILES:
        yield f"  and {len(changes) - MAX_SHOWN_FILES} more, in {starter.origin.source}"


def _show(text: str) -> None:
    click.echo(printable(text), err=True)


def _ask(new: Sequence[Starter]) -> None:
    click.echo(
        "The files of a starter become part of the project, and its set-up runs them with your "
        "rights.",
        err=True,
    )
    question = "Use it?" if len(new) == 1 else "Use them?"
    try:
        is_trusted = click.confirm(question, default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        is_trusted = False
    if not is_trusted:
        names = ", ".join(starter.manifest.name for starter in new)
        raise Refused(f"You do not trust {names}: nothing was written.")
    try:
        remember(new)
    except CommandError as error:
        click.echo(f"You will be asked again: {error.format_message()}", err=True)
