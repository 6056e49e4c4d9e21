"""Find the folders that the owner has deleted: what the template adds to them is not wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.update.tree import Tree


def find_deleted_folders(base: Tree, mine: Tree) -> set[str]:
    """Return the folders with files in the base of which the owner has none any more."""
    return _folders(base) - _folders(name for name in base if name in mine)


def is_below(name: str, folders: set[str]) -> bool:
    """Return whether a file is in one of the folders."""
    return not folders.isdisjoint(_folders([name]))


def _folders(names: Iterable[str]) -> set[str]:
    """Return all folders in the names of files."""
    return {
        "/".join(parts[:length])
        for parts in (name.split("/") for name in names)
        for length in range(1, len(parts))
    }
