"""The files of a project that belong to some answers only.

`_optional_files` in cookiecutter.json lists them. Each entry has `files`, which are files and
folders, and `when`: a project has these files only if every option there has the given value. The
template's post_gen hook reads the same list.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chanscaffold.files import list_files

if TYPE_CHECKING:
    from collections.abc import Iterable


def find_unused(names: Iterable[str], schema: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    """Return those of a project's files that it does not have with these answers."""
    unused = [
        path
        for entry in schema.get("_optional_files", [])
        if any(answers[key] != value for key, value in entry["when"].items())
        for path in entry["files"]
    ]
    return [name for name in names if any(f"{name}/".startswith(f"{path}/") for path in unused)]


def remove_unused(project: str, schema: dict[str, Any], answers: dict[str, Any]) -> None:
    """Remove the files that a project does not have, and the folders that become empty.

    Raise OSError if a file cannot be removed.
    """
    for name in find_unused(list_files(project), schema, answers):
        os.unlink(os.path.join(project, name))
        folder = os.path.dirname(name)
        while folder:
            with suppress(OSError):  # the folder is not empty
                os.rmdir(os.path.join(project, folder))
            folder = os.path.dirname(folder)
