"""The template and the starter of a command line, which define its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.support.errors import Refused
from chanscaffold.template import load_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.starters.starter import Starter
    from chanscaffold.template import Template


trust_option = click.option(
    "--trust", is_flag=True, help="Trust a starter that is new here without asking."
)
template_option = click.option(
    "--template",
    type=click.Path(file_okay=False),
    help="Use a copy of the template; it defines the flags.",
)


class Sources(NamedTuple):
    """The template alone, the starters, and the template as the starters change it."""

    base: Template
    starters: list[Starter]
    template: Template


def parse_known(
    params: Iterable[click.Parameter], ctx: click.Context, args: list[str]
) -> dict[str, Any]:
    """Return the values of some parameters, without an error for other options."""
    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    lenient = click.Command(ctx.info_name, settings, params=list(params))
    return lenient.make_context(
        ctx.info_name, list(args), parent=ctx.parent, resilient_parsing=True
    ).params


def load_sources(path: str | None, starter: str | None) -> Sources:
    """Return the template in a folder, by default this package's, with a starter.

    Raise Refused if one of them is invalid, and CommandError if the starter cannot be fetched.
    """
    base = load_template(path)
    if starter is None:
        return Sources(base, [], base)
    from chanscaffold.starters.apply import apply_starters
    from chanscaffold.starters.loader import load_starters

    starters = load_starters(starter, base.schema["_version"])
    return Sources(base, starters, apply_starters(base, starters))


def confirm_sources(sources: Sources, trusted: bool) -> None:
    """Refuse a starter that the user does not trust, and --trust without a starter."""
    if sources.starters:
        from chanscaffold.starters.trust import confirm_trust

        confirm_trust(sources.starters, sources.base.files(), trusted)
    elif trusted:
        raise Refused("--trust is for a starter: name it with --starter, or leave --trust out.")
