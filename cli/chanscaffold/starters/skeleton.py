"""`starter new`: a starter to begin with."""

from __future__ import annotations

import os
import shlex

import click

from channels_doctor.support.errors import ChanscaffoldError, Refused
from chanscaffold.destination import Target, new_folder
from chanscaffold.files import Source, Tree, read_tree, write_tree
from chanscaffold.staging import move, nothing_written, workspace
from chanscaffold.starters import trust
from chanscaffold.starters.loader import load as load_starters
from chanscaffold.starters.manifest import NAME_RULE, is_name
from chanscaffold.template import load

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "skeleton_files")


def make(path: str) -> None:
    """Make a starter in the new folder `path`, whose last part is its name, trust it, and say what comes next.

    Raise Refused if the folder or its name will not do, and ChanscaffoldError if it cannot be written.
    """
    target, version = _target(path), load().schema["_version"]
    with workspace(target.parent) as work, nothing_written(target, work):
        os.mkdir(work, 0o700)
        folder = os.path.join(work, target.slug)
        write_tree(_files(target.slug, version), folder)
        move(folder, target)
    try:
        trust.remember(load_starters(target.path, version))
    except ChanscaffoldError as error:
        click.echo(f"You will be asked whether you trust it: {error.format_message()}", err=True)
    _show_next(target, path)


def _target(path: str) -> Target:
    """Return the folder to make; Refused unless its name is a starter's, and it can be made."""
    name = os.path.basename(os.path.abspath(path))
    if not is_name(name):
        raise Refused(
            f"The last part of DIR is the starter's name, and {name!r:.80} is none: it must be {NAME_RULE}, "
            "as in `chanscaffold starter new acme`."
        )
    return new_folder(path)


def _files(name: str, version: str) -> Tree:
    """Return the starter's files, with its name, and with the versions that it will fit."""
    major, minor, *_ = version.split(".")
    requires = f"chanscaffold>={major}.{minor},<{int(major) + 1}"
    return {
        file: Source(
            source.content.replace(b"@NAME@", name.encode()).replace(
                b"@REQUIRES@", requires.encode()
            ),
            source.mode,
        )
        for file, source in read_tree(FILES).items()
    }


def _show_next(target: Target, path: str) -> None:
    commands = (
        ["chanscaffold", "starter", "check", path],
        ["chanscaffold", "new", "mysite", "--starter", target.path],
    )
    click.echo(f"{target.path} is a starter: starter.toml explains itself. Then:")
    for command in commands:
        click.echo(f"  {shlex.join(command)}")
