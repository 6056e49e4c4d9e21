"""The numbered changes of a template, which a merge of files cannot make.

`_changes` in cookiecutter.json lists them, and a project records the number of the last one that it
has. An entry has a `summary`, and can have `renames` of files and folders, the name of a module of
`code_changes` as `code`, and `breaking`, which says what the owner has to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from chanscaffold.update.modify_code import modify_code
from chanscaffold.update.renames import rename_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chanscaffold.update.tree import Tree


class TemplateChange(NamedTuple):
    """An entry of the table, with its number, which is 1 for the first."""

    number: int
    summary: str
    renames: dict[str, str]
    code: str
    breaking: str


class Changed(NamedTuple):
    """Both trees after the changes.

    `renamed` has the owner's renamed files by their old names, and `failed` has a reason for each
    file that could not be modified.
    """

    base: Tree
    mine: Tree
    renamed: dict[str, str]
    failed: dict[str, str]


def list_pending(schema: dict[str, Any], done: int) -> list[TemplateChange]:
    """Return the changes after the one with the number `done`, in order."""
    entries = schema.get("_changes", [])
    return [
        TemplateChange(
            number,
            entry["summary"],
            entry.get("renames", {}),
            entry.get("code", ""),
            entry.get("breaking", ""),
        )
        for number, entry in enumerate(entries, start=1)
        if number > done
    ]


def apply_changes(changes: Sequence[TemplateChange], base: Tree, mine: Tree) -> Changed:
    """Make the changes in the base and in the owner's files, so that the merge does not see them.

    Raise Refused if this release does not know the code of a change.
    """
    names = {name: name for name in mine}  # the current name of each file of the owner
    failed: dict[str, str] = {}
    for change in changes:
        base, mine, moved = rename_files(base, mine, change.renames)
        names = {old: moved.get(name, name) for old, name in names.items()}
        if change.code:
            base, _ = modify_code(change.code, base)
            mine, reasons = modify_code(change.code, mine)
            failed |= reasons
    return Changed(base, mine, {old: new for old, new in names.items() if old != new}, failed)
