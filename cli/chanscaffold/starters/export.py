"""Export a template for plain Cookiecutter: the command `starter export`."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

import click

from channels_doctor.support.errors import Refused
from chanscaffold.destination import check_available, find_destination
from chanscaffold.files import read_files, write_files
from chanscaffold.staging import move, staging_folder
from chanscaffold.starters.apply import apply_starters
from chanscaffold.starters.loader import load_starters
from chanscaffold.starters.trust import confirm_trust
from chanscaffold.template import PROJECT_FOLDER, load_template

if TYPE_CHECKING:
    from chanscaffold.destination import Destination
    from chanscaffold.starters.starter import Starter

# This hook copies the library into the template, where an exported template has it already.
PRE_PROMPT_HOOK = "pre_prompt.py"


def export_template(source: str, path: str, trusted: bool) -> None:
    """Write the template and a starter into a new folder.

    Plain Cookiecutter renders the same from it as `chanscaffold new`. Raise Refused if the starter
    is invalid or not trusted, or the folder exists, and CommandError if it cannot be written.
    """
    base = load_template()
    starters = load_starters(source, base.schema["_version"])
    template = apply_starters(base, starters)
    hooks = read_files(os.path.join(template.path, "hooks"))
    hooks.pop(PRE_PROMPT_HOOK, None)
    destination = find_destination(path)
    check_available(destination)
    _check_outside(destination, starters)
    # Cookiecutter will not ask.
    confirm_trust(starters, base.files(), trusted)
    with staging_folder(destination) as staging:
        folder = os.path.join(staging, "template")
        write_files(template.files(), os.path.join(folder, PROJECT_FOLDER))
        write_files(hooks, os.path.join(folder, "hooks"))
        with open(os.path.join(folder, "cookiecutter.json"), "w", encoding="utf-8") as file:
            json.dump(template.schema, file, ensure_ascii=False, indent=2)
            file.write("\n")
        move(folder, destination)
    command = f"cookiecutter {shlex.quote(destination.path)}"
    click.echo(f"{destination.path} is a Cookiecutter template: {command}")


def _check_outside(destination: Destination, starters: list[Starter]) -> None:
    """Refuse a destination inside a starter, whose projects would then have the export."""
    path = os.path.realpath(destination.path)
    for starter in starters:
        folder = os.path.realpath(starter.origin.source)
        if os.path.commonpath([path, folder]) == folder:
            raise Refused(f"{destination.path} is inside the starter {folder}: choose another.")
