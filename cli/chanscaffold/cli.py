"""The command line `chanscaffold`."""

from __future__ import annotations

import os
from typing import Any

import click

from channels_doctor.cli import doctor
from channels_doctor.support.errors import Refused
from chanscaffold.library import LIBRARY_SOURCE
from chanscaffold.new import new
from chanscaffold.starters.commands import starter
from chanscaffold.template import load_template
from chanscaffold.update.command import update


def describe_update(project: str) -> dict[str, Any] | None:
    """Return the `release` and the `digest` of the library that new projects get.

    The linter compares a project's library with it. `changed_files` is the number of files that an
    update would change in the project. Return None without a complete template.
    """
    from channels_doctor.examine.packages.library import read_folder

    try:
        library = read_folder(os.path.join(load_template().path, LIBRARY_SOURCE))
    except Refused:
        return None
    if library is None:
        return None
    from chanscaffold.update.outdated import count_changed_files

    changed = count_changed_files(project)
    return {"release": library.release, "digest": library.digest, "changed_files": changed}


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """Print the version, which the template and the command share."""
    if value and not ctx.resilient_parsing:
        click.echo(f"chanscaffold {load_template().schema['_version']}")
        ctx.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "obj": describe_update})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Make Django projects with WebSockets, update them, and find mistakes in existing ones."""


for command in (new, update, starter, doctor):
    cli.add_command(command)
