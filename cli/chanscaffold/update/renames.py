"""Move files to the names that the template has given them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chanscaffold.update.tree import Tree


class Renamed(NamedTuple):
    """The trees of the base and of the owner after renames; `names` are the old and new names."""

    base: Tree
    mine: Tree
    names: dict[str, str]


def rename_files(base: Tree, mine: Tree, renames: Mapping[str, str]) -> Renamed:
    """Rename files and folders in both trees.

    A file keeps its name if the owner has another file of the new name already.
    """
    names = {name: new_name(name, renames) for name in {*base, *mine}}
    moved = {
        name: new
        for name, new in names.items()
        if new != name and name in base and new not in base and new not in mine
    }
    # The owner's own files in a renamed folder stay where they are: only the owner knows of them.
    return Renamed(_rename(base, moved), _rename(mine, moved), moved)


def new_name(name: str, renames: Mapping[str, str]) -> str:
    """Return the new name of a file, by its own rename or that of a folder."""
    for old, new in renames.items():
        if f"{name}/".startswith(f"{old}/"):
            return new + name[len(old) :]
    return name


def _rename(tree: Tree, moved: Mapping[str, str]) -> Tree:
    return {moved.get(name, name): entry for name, entry in tree.items()}
