"""The command's options, derived from the template's cookiecutter.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from channels_doctor.support.errors import Refused
from chanscaffold import template

if TYPE_CHECKING:
    from chanscaffold.template import Template


OPTIONS = "chanscaffold.options"


class TemplateCommand(click.Command):
    """A command whose flags and help come from the template and the starter that its arguments name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Load the template, and the starter, before anything else; Refused if there is none."""
        ctx.obj = template.load(_named(args, "--template"))
        starter = _named(args, "--starter")
        # A shell that completes a word waits for no network.
        if starter is not None and not ctx.resilient_parsing:
            from chanscaffold.starters.loader import start_with

            ctx.obj = start_with(starter, ctx.obj)
        ctx.meta[OPTIONS] = derive(ctx.obj)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return PATH, the template's options and then the command's own."""
        own = super().get_params(ctx)
        derived = ctx.meta[OPTIONS]
        taken = {flag for param in own for flag in _flags(param)}
        for option in derived:
            if not taken.isdisjoint(_flags(option)):
                place = ctx.obj.place_of(option.name)
                raise Refused(f"{place} has the name of a flag of chanscaffold: rename it.")
            taken |= _flags(option)
        return [own[0], *derived, *own[1:]]


def _flags(param: click.Parameter) -> set[str]:
    return {str(param.name), *param.opts, *param.secondary_opts}


def _named(args: list[str], flag: str) -> str | None:
    """Return the value of a flag, read before the other flags are known."""
    name = None
    for position, arg in enumerate(args):
        if arg == "--":
            break
        if arg == flag and position + 1 < len(args):
            name = args[position + 1]
        elif arg.startswith(f"{flag}="):
            name = arg.partition("=")[2]
    return name


def derive(source: Template) -> list[click.Option]:
    """Return an option for every public key of the template except project_slug, which PATH gives."""
    return [_option(source, key, definition) for key, definition in source.options.items()]


def _option(source: Template, key: str, definition: Any) -> click.Option:
    name = key.replace("_", "-")
    text = source.prompt(key)
    repeatable = source.schema.get("_repeatable", {})
    if key in source.locks:
        definition = definition[0]
        text += f" (locked by {source.locks[key]})"
    if isinstance(definition, bool):
        return click.Option(
            [f"--{name}/--no-{name}", key], default=definition, show_default=True, help=text
        )
    if isinstance(definition, list):
        kind = click.Choice(definition)
        return click.Option(
            [f"--{name}", key], type=kind, default=definition[0], show_default=True, help=text
        )
    if key in repeatable:
        return _repeatable_option(key, repeatable[key], definition, text)
    shown = "PATH's last part" if key == "project_name" else True
    return click.Option(
        [f"--{name}", key],
        metavar="TEXT",
        default=definition or None,
        show_default=shown,
        help=text,
    )


def _repeatable_option(key: str, singular: str, definition: str, text: str) -> click.Option:
    flag = "--" + singular.replace("_", "-")
    default = definition.split(",") if definition else []
    help_text = f"{text}; repeat the flag for more"
    return click.Option(
        [flag, key],
        metavar="NAME",
        multiple=True,
        default=default,
        show_default=True,
        help=help_text,
    )


def given(ctx: click.Context) -> dict[str, Any]:
    """Return the answers that were given as flags."""
    answers = {}
    for key in ctx.obj.options:
        if ctx.get_parameter_source(key) is ParameterSource.COMMANDLINE:
            value = ctx.params[key]
            answers[key] = ",".join(value) if isinstance(value, tuple) else value
    return answers


def as_flags(source: Template, answers: dict[str, Any]) -> list[str]:
    """Return the flags that give `answers`."""
    flags: list[str] = []
    for option in derive(source):
        value = answers.get(str(option.name))
        if isinstance(value, bool):
            flags.append((option.opts if value else option.secondary_opts)[0])
        elif value is not None:
            flags += [part for each in _values(option, value) for part in (option.opts[0], each)]
    return flags


def _values(option: click.Option, value: str) -> list[str]:
    return [name.strip() for name in value.split(",")] if option.multiple else [value]
