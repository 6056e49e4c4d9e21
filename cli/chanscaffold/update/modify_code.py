"""Modify the Python files of a project with a module of `code_changes`."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.library import is_library
from chanscaffold.update.migrations import is_migration

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.update.tree import Tree

PACKAGE = "chanscaffold.update.code_changes"
MODULE = re.compile(r"[a-z][a-z0-9_]*")


def modify_code(name: str, tree: Tree) -> tuple[Tree, dict[str, str]]:
    """Return a tree after a modification, and the reasons for the files that it could not read.

    Raise Refused if there is no such modification.
    """
    change, relevant = _load(name)
    modified, failed = dict(tree), {}
    for path, entry in tree.items():
        if not entry.is_known or relevant.encode() not in entry.content or not _is_own_code(path):
            continue
        try:
            modified[path] = entry._replace(content=change(entry.content.decode()).encode())
        except Exception as error:  # libcst raises errors of many kinds for invalid code
            failed[path] = str(error).partition("\n")[0]
    return modified, failed


def _is_own_code(path: str) -> bool:
    return path.endswith(".py") and not is_library(path) and not is_migration(path)


def _load(name: str) -> tuple[Callable[[str], str], str]:
    """Return the function of a modification, and the text without which it changes nothing."""
    full_name = f"{PACKAGE}.{name}"
    if not MODULE.fullmatch(name) or find_spec(full_name) is None:
        raise Refused(f"The template needs the code change {name!r:.80}: upgrade chanscaffold.")
    module = import_module(full_name)
    return module.change, module.RELEVANT
