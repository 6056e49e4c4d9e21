"""`starter export`: a plain Cookiecutter template out of ours, the library and a starter."""

from __future__ import annotations

import json
import os
import shlex

import click

from chanscaffold.destination import new_folder
from chanscaffold.files import read_tree, write_tree
from chanscaffold.staging import move, nothing_written, workspace
from chanscaffold.starters import trust
from chanscaffold.starters.loader import start_with
from chanscaffold.template import PROJECT, load

PRE_PROMPT = "pre_prompt.py"


def export(source: str, out: str, trusted: bool) -> None:
    """Write the template and a starter into the new folder `out`; plain Cookiecutter renders what `new` renders.

    Raise Refused if the starter breaks a rule or is not trusted, or the folder will not do, and ChanscaffoldError if it
    cannot be written.
    """
    template = start_with(source, load())
    files, hooks = template.files(), read_tree(os.path.join(template.path, "hooks"))
    hooks.pop(PRE_PROMPT, None)  # it would only look for the library
    target = new_folder(out)
    # Cookiecutter will ask nobody.
    trust.ask(template, trusted)
    with workspace(target.parent) as work, nothing_written(target, work):
        os.mkdir(work, 0o700)
        folder = os.path.join(work, "template")
        write_tree(files, os.path.join(folder, PROJECT))
        write_tree(hooks, os.path.join(folder, "hooks"))
        with open(os.path.join(folder, "cookiecutter.json"), "w", encoding="utf-8") as file:
            json.dump(template.schema, file, ensure_ascii=False, indent=2)
            file.write("\n")
        move(folder, target)
    click.echo(f"{target.path} is a template of its own: cookiecutter {shlex.quote(target.path)}")
