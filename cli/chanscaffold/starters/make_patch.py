"""Make a patch from an edited copy of a template's file: the command `starter diff`."""

from __future__ import annotations

import os

import click

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.files import File, write_files
from chanscaffold.starters.apply import apply_starters
from chanscaffold.starters.file_rules import MANIFEST, OVERLAY, PATCH, check_name
from chanscaffold.starters.loader import load_starters
from chanscaffold.starters.patch import BadPatch, apply_hunks, describe_rejected, make_patch
from chanscaffold.suggestions import suggest
from chanscaffold.template import load_template


def make_copy_or_patch(path: str) -> None:
    """Turn the edited copy at `path` into PATH.patch; without a copy, make one.

    A new copy has the changes of an existing patch, as far as they apply. Raise Refused if `path`
    is not in an overlay or names no file of the template, and CommandError if a file cannot be
    written.
    """
    copy = os.path.abspath(path.removesuffix(PATCH))
    folder, name = _find_starter(copy, path)
    original = _find_original(folder, name)
    try:
        if os.path.lexists(copy):
            _make_patch(original, copy, name)
        else:
            _make_copy(original, copy)
    except OSError as error:
        raise CommandError(
            f"{error.filename or copy} cannot be written: {error.strerror}."
        ) from error


def _find_starter(copy: str, path: str) -> tuple[str, str]:
    """Return the starter's folder, and the name of the file in projects."""
    folder = os.path.dirname(copy)
    while not os.path.isfile(os.path.join(folder, MANIFEST)):
        if folder == os.path.dirname(folder):
            raise Refused(f"{path} is not in a starter: no folder above it has a {MANIFEST}.")
        folder = os.path.dirname(folder)
    name = os.path.relpath(copy, folder).replace(os.sep, "/")
    if not name.startswith(f"{OVERLAY}/"):
        command = f"chanscaffold starter diff {os.path.join(OVERLAY, name)}"
        raise Refused(
            f"{path} is not in {os.path.join(folder, OVERLAY)}: try `{command}` in {folder}."
        )
    return folder, name.removeprefix(f"{OVERLAY}/")


def _find_original(folder: str, name: str) -> File:
    """Return the template's file, as the starters leave it that this one extends."""
    template = load_template()
    *bases, starter = load_starters(folder, template.schema["_version"])
    files = apply_starters(template, bases).files()
    check_name(name, folder)
    if name in files:
        return files[name]
    if name in starter.files:
        raise Refused(f"{name} is your own file, and not the template's: edit it directly.")
    raise Refused(f"There is no file {name} in the template; {suggest(name, files, 'files')}")


def _make_copy(original: File, copy: str) -> None:
    """Write the original, with all hunks of an existing patch that apply."""
    text, problem = _decode(original.content, copy), ""
    if os.path.exists(copy + PATCH):
        try:
            text, rejected = apply_hunks(text, _decode(_read(copy + PATCH), copy))
            problem = describe_rejected(rejected) if rejected else ""
        except BadPatch as error:
            problem = str(error)
    _write(copy, text, original.mode)
    if problem:
        click.echo(f"{copy + PATCH}: {problem}.")
    content = ", which has the changes of the patch that apply," if problem else ","
    click.echo(f"Edit {copy}{content} and run the same command again to make the patch.")


def _make_patch(original: File, copy: str, name: str) -> None:
    """Write the patch, and remove the copy."""
    if os.path.isdir(copy):
        raise Refused(f"{copy} is a folder, and the template has a file {name}: move it away.")
    old, new = _decode(original.content, copy), _decode(_read(copy), copy)
    patch = make_patch(old, new if new.endswith("\n") else f"{new}\n", name)
    if not patch:
        raise Refused(f"{copy} has no changes: edit it first, or delete it.")
    _write(copy + PATCH, patch, 0o644)
    os.unlink(copy)
    click.echo(
        f"{copy + PATCH} has your changes, and the copy is removed. "
        "To test them: `chanscaffold starter check`"
    )


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write(path: str, text: str, mode: int) -> None:
    write_files({os.path.basename(path): File(text.encode(), mode)}, os.path.dirname(path))


def _decode(content: bytes, copy: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Refused(
            f"{copy} is not text in UTF-8: keep the whole file in the overlay, without a patch."
        ) from error
