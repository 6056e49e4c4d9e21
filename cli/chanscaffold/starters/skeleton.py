"""Make a new starter: the command `starter new`."""

from __future__ import annotations

import os
import shlex

import click

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.destination import check_available, find_destination
from chanscaffold.files import Files, read_files, write_files
from chanscaffold.staging import move, staging_folder
from chanscaffold.starters.loader import load_starters
from chanscaffold.starters.manifest import NAME_RULE, is_name
from chanscaffold.starters.trust import remember
from chanscaffold.template import load_template

SKELETON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "skeleton_files")


def make_starter(path: str) -> None:
    """Make a starter in a new folder with its name, trust it, and print the next commands.

    Raise Refused for an invalid folder or name, and CommandError if it cannot be written.
    """
    name = os.path.basename(os.path.abspath(path))
    if not is_name(name):
        raise Refused(
            f"The last part of DIR is the starter's name, and {name!r:.80} must be {NAME_RULE}: "
            "try `chanscaffold starter new acme`."
        )
    destination, version = find_destination(path), load_template().schema["_version"]
    check_available(destination)
    with staging_folder(destination) as staging:
        folder = os.path.join(staging, name)
        write_files(_render(name, version), folder)
        move(folder, destination)
    try:
        remember(load_starters(destination.path, version))
    except CommandError as error:
        click.echo(f"You will be asked whether you trust it: {error.format_message()}", err=True)
    check = shlex.join(["chanscaffold", "starter", "check", path])
    new = shlex.join(["chanscaffold", "new", "mysite", "--starter", destination.path])
    click.echo(f"{destination.path} is a starter. Edit its starter.toml, then:\n  {check}\n  {new}")


def _render(name: str, version: str) -> Files:
    """Return the starter's files with its name and the versions that it fits."""
    major, minor, *_ = version.split(".")
    values = {
        b"@NAME@": name.encode(),
        b"@REQUIRES@": f"chanscaffold>={major}.{minor},<{int(major) + 1}".encode(),
    }
    files = read_files(SKELETON)
    for placeholder, value in values.items():
        files = {
            path: file._replace(content=file.content.replace(placeholder, value))
            for path, file in files.items()
        }
    return files
