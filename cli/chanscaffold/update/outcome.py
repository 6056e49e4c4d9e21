"""The plan of an update: what it writes, and what it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chanscaffold.update.merge_trees import Change
    from chanscaffold.update.tree import Tree, Writes


class UpdatePlan(NamedTuple):
    """What an update writes and reports.

    `version` is the one of the template. `before` are the owner's files that it has read.
    `settings` are new variables of .env.example.
    """

    version: str
    writes: Writes
    before: Tree
    changes: list[Change]
    settings: list[str]
    breaking: list[str]
    notes: list[str]

    @property
    def conflicts(self) -> list[str]:
        """The names of the files with a conflict."""
        return [change.path for change in self.changes if change.kind == "conflict"]
