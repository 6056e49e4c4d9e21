"""`starter diff`: a patch out of an edited copy of a template's file."""

from __future__ import annotations

import os

import click

from channels_doctor.support.errors import ChanscaffoldError, Refused
from chanscaffold.files import Source, write_tree
from chanscaffold.starters.loader import start_with
from chanscaffold.starters.overlay import check_name
from chanscaffold.starters.patch import BadPatch, fit, make
from chanscaffold.starters.starter import MANIFEST, OVERLAY, PATCH
from chanscaffold.suggestions import suggest
from chanscaffold.template import load


def diff(path: str) -> None:
    """Make PATH.patch out of an edited copy of the template's file at `path`, and remove the copy.

    Without a copy there, put one there to edit, with what fits of the patch that exists. Raise Refused if `path` is not
    in a starter's overlay or names no file of the template, and ChanscaffoldError if something cannot be written.
    """
    copy = os.path.abspath(path.removesuffix(PATCH))
    folder, name = _split(copy, path)
    original = _original(folder, name)
    try:
        if os.path.lexists(copy):
            _make_patch(original, copy, name)
        else:
            _put_copy(original, copy)
    except OSError as error:
        raise ChanscaffoldError(
            f"{error.filename or copy} cannot be written: {error.strerror}."
        ) from error


def _split(copy: str, path: str) -> tuple[str, str]:
    """Return the starter's folder and the name that a file has in projects."""
    folder = os.path.dirname(copy)
    while not os.path.isfile(os.path.join(folder, MANIFEST)):
        if folder == os.path.dirname(folder):
            raise Refused(f"{path} lies in no starter: no folder above it has a {MANIFEST}.")
        folder = os.path.dirname(folder)
    name = os.path.relpath(copy, folder).replace(os.sep, "/")
    if not name.startswith(f"{OVERLAY}/"):
        command = f"chanscaffold starter diff {os.path.join(OVERLAY, name)}"
        raise Refused(
            f"{path} lies outside of {os.path.join(folder, OVERLAY)}; try, in {folder}: {command}"
        )
    return folder, name.removeprefix(f"{OVERLAY}/")


def _original(folder: str, name: str) -> Source:
    """Return the file that the patch is for: the template's, as the starters that this one extends leave it."""
    template = start_with(folder, load())
    files = template._replace(starters=template.starters[:-1]).files()
    check_name(name, folder)
    if name not in files and name in template.starters[-1].files:
        raise Refused(f"{name} is a file of your own, and not of the template: edit it as it is.")
    if name not in files:
        raise Refused(f"There is no file {name} in the template; {suggest(name, files, 'files')}")
    return files[name]


def _put_copy(original: Source, copy: str) -> None:
    """Write what one edits: the original with all of the existing patch that fits."""
    content = original.content
    misfits: list[BadPatch] = []
    if os.path.exists(copy + PATCH):
        try:
            text, misfits = fit(_text(content, copy), _text(_read(copy + PATCH), copy))
            content = text.encode()
        except BadPatch as error:
            misfits = [error]
    write_tree({os.path.basename(copy): Source(content, original.mode)}, os.path.dirname(copy))
    for misfit in misfits:
        click.echo(f"{copy + PATCH}: {misfit}.")
    rest = ", which has all of the patch that fits," if misfits else ","
    click.echo(f"Edit {copy}{rest} and then run the same command again: it becomes a patch.")


def _make_patch(original: Source, copy: str, name: str) -> None:
    """Write the patch, and remove the copy that it is made from."""
    if os.path.isdir(copy):
        raise Refused(
            f"{copy} is a folder, and {name} is a file of the template: move the folder away."
        )
    patch = make(_text(original.content, copy), _text(_read(copy), copy), name)
    if not patch:
        raise Refused(f"{copy} is the template's own file: edit it first, or delete it.")
    write_tree(
        {os.path.basename(copy) + PATCH: Source(patch.encode(), 0o644)}, os.path.dirname(copy)
    )
    os.unlink(copy)
    click.echo(
        f"{copy + PATCH} holds your changes, and the copy is gone. Try them: chanscaffold starter check"
    )


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _text(content: bytes, copy: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Refused(
            f"{copy} is no text in UTF-8: keep it whole in the overlay, without a patch."
        ) from error
