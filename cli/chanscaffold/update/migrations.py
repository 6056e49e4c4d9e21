"""Recognize the migrations of the owner's apps, which an update never merges."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from chanscaffold.library import is_library
from chanscaffold.update.tree import is_same

if TYPE_CHECKING:
    from chanscaffold.update.tree import Tree


def is_migration(name: str) -> bool:
    """Return whether a file is a migration of an app, and not one of the library."""
    folder, file = posixpath.split(name)
    is_module = file.endswith(".py") and file != "__init__.py"
    return is_module and posixpath.basename(folder) == "migrations" and not is_library(name)


def has_own_migrations(name: str, base: Tree, mine: Tree) -> bool:
    """Return whether the owner has changed the migrations beside a file, or has others there."""
    folder = posixpath.dirname(name) + "/"
    names = {each for each in (*base, *mine) if each.startswith(folder) and is_migration(each)}
    return not all(is_same(base.get(each), mine.get(each)) for each in names)
