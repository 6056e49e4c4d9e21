"""Define the flags of a command from the options of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.template import Template

# The flags of `chanscaffold update`, which a project of a starter gets, too.
RESERVED = {"check", "diff", "abort", "no_proof", "format"}


def add_options(own: list[click.Parameter], options: list[click.Option]) -> list[click.Parameter]:
    """Return a command's own parameters with the template's options after the first.

    Raise Refused if an option has the name of another flag.
    """
    used = {flag for param in own for flag in _flags(param)} | RESERVED
    for option in options:
        if not used.isdisjoint(_flags(option)):
            raise Refused(
                f"The option {option.name} has the name of a flag of `chanscaffold new` or "
                "`update`: rename it."
            )
        used |= _flags(option)
    return [own[0], *options, *own[1:]]


def _flags(param: click.Parameter) -> set[str]:
    return {str(param.name), *param.opts, *param.secondary_opts}


def define_options(template: Template) -> list[click.Option]:
    """Return a click option for each option of a template."""
    return [_define(template, key, value) for key, value in template.options.items()]


def _define(template: Template, key: str, definition: Any) -> click.Option:
    name, text = key.replace("_", "-"), prompt_text(template.schema, key)
    if key in template.locked:
        definition, text = definition[0], f"{text} (locked by {template.locked[key]})"
    settings: dict[str, Any] = {"help": text, "default": definition, "show_default": True}
    if isinstance(definition, bool):
        return click.Option([f"--{name}/--no-{name}", key], **settings)
    if isinstance(definition, list):
        settings |= {"type": click.Choice(definition), "default": definition[0]}
        return click.Option([f"--{name}", key], **settings)
    if key in template.schema.get("_repeatable", {}):
        names = definition.split(",") if definition else []
        settings |= {"default": names, "help": f"{text}; repeat the flag for more"}
        flag = _repeatable_flag(template, key)
        return click.Option([flag, key], metavar="NAME", multiple=True, **settings)
    settings["default"] = definition or None
    if key == "project_name":
        settings["show_default"] = "the last part of PATH"
    return click.Option([f"--{name}", key], metavar="TEXT", **settings)


def repeatable_flags(template: Template) -> list[str]:
    """Return the flags that are given once for each name."""
    return [_repeatable_flag(template, key) for key in template.schema.get("_repeatable", {})]


def _repeatable_flag(template: Template, key: str) -> str:
    singular: str = template.schema["_repeatable"][key]
    return f"--{singular.replace('_', '-')}"


def prompt_text(schema: dict[str, Any], key: str) -> str:
    """Return the text that describes an option, with an example if a starter gives one."""
    text = schema.get("__prompts__", {}).get(key, key)
    prompt = text.get("__prompt__", key) if isinstance(text, dict) else text
    example = schema.get("_questions", {}).get(key, {}).get("example")
    return f"{prompt}, for example {example}" if example else str(prompt)


def given_answers(ctx: click.Context, keys: Iterable[str]) -> dict[str, Any]:
    """Return the answers on the command line to some options."""
    answers = {}
    for key in keys:
        if ctx.get_parameter_source(key) is ParameterSource.COMMANDLINE:
            value = ctx.params[key]
            answers[key] = ",".join(value) if isinstance(value, tuple) else value
    return answers


def as_flags(template: Template, answers: dict[str, Any]) -> list[str]:
    """Return the command line's flags for some answers."""
    flags: list[str] = []
    for option in define_options(template):
        value = answers.get(str(option.name))
        if isinstance(value, bool):
            flags.append((option.opts if value else option.secondary_opts)[0])
        elif value is not None:
            flags += [part for item in _split(option, value) for part in (option.opts[0], item)]
    return flags


def _split(option: click.Option, value: str) -> list[str]:
    return [name.strip() for name in value.split(",")] if option.multiple else [value]
