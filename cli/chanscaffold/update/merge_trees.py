"""Merge three trees file by file: the base, the owner's files and the new render.

These are pure functions: nothing is read or written, and the merge of a text is a parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chanscaffold.update.deleted_folders import find_deleted_folders, is_below
from chanscaffold.update.merge_text import MergedText, is_mergeable
from chanscaffold.update.migrations import has_own_migrations, is_migration
from chanscaffold.update.tree import Entry, has_same_content, is_same, normalize

if TYPE_CHECKING:
    from chanscaffold.update.tree import Tree

BESIDE = ".new"  # the suffix of a new version beside the owner's file
KINDS = ("conflict", "left", "kept deleted", "merged", "replaced", "added", "removed")


class Change(NamedTuple):
    """What happens to a file; `kind` is one of KINDS."""

    kind: str
    path: str
    reason: str = ""


# The arguments are the file's name, and the texts of the base, of the owner and of the template.
TextMerge = Callable[[str, bytes, bytes, bytes], MergedText]


class MergedTree(NamedTuple):
    """The owner's tree after the merge, and what changes."""

    tree: Tree
    changes: list[Change]


def merge_trees(base: Tree, mine: Tree, theirs: Tree, merge: TextMerge) -> MergedTree:
    """Merge what the template has changed since the base into the owner's files.

    The owner's other files, and what only the owner has changed, stay as they are.
    """
    return _Merge(base, mine, theirs, merge).run()


class _Merge:
    """One merge of three trees."""

    def __init__(self, base: Tree, mine: Tree, theirs: Tree, merge: TextMerge) -> None:
        self.base, self.mine, self.theirs, self.merge = base, mine, theirs, merge
        self.deleted = find_deleted_folders(base, mine)
        self.tree = dict(mine)
        self.changes: list[Change] = []

    def run(self) -> MergedTree:
        for path in sorted({*self.base, *self.theirs}):
            base, theirs = self.base.get(path), self.theirs.get(path)
            if not is_same(base, theirs) and not is_same(self.mine.get(path), theirs):
                self._merge_file(path, base, self.mine.get(path), theirs)
        return MergedTree(self.tree, self.changes)

    def _merge_file(
        self, path: str, base: Entry | None, mine: Entry | None, theirs: Entry | None
    ) -> None:
        """Merge a file that the template has changed and that differs from the template's."""
        if mine and mine.obstacle:
            self._note("left", path, mine.obstacle)
        elif mine is None and theirs and base:
            self._note("kept deleted", path)
        elif mine is None and theirs and is_below(path, self.deleted):
            self._note("kept deleted", path, "you have deleted its folder")
        elif is_migration(path) and (base or has_own_migrations(path, self.base, self.mine)):
            self._note("left", path, "migrations are not merged: run `manage.py makemigrations`")
        elif theirs is None:
            self._remove(path, base, mine)
        else:
            self._add_or_merge(path, base, mine, theirs)

    def _add_or_merge(
        self, path: str, base: Entry | None, mine: Entry | None, theirs: Entry
    ) -> None:
        if mine is None:
            self._write("added", path, theirs)
        elif base is None:
            self._put_beside(path, theirs, "you have a file of this name")
        else:
            self._merge_contents(path, base, mine, theirs)

    def _remove(self, path: str, base: Entry | None, mine: Entry | None) -> None:
        if mine is None or base is None:
            return
        if has_same_content(base, mine):
            del self.tree[path]
            self._note("removed", path)
        else:
            self._note("left", path, "the template does not have it any more, and you changed it")

    def _merge_contents(self, path: str, base: Entry, mine: Entry, theirs: Entry) -> None:
        mode = theirs.mode if mine.mode == base.mode else mine.mode
        if has_same_content(base, mine):
            self._write("replaced", path, Entry(_like(mine, base, theirs), mode))
        elif has_same_content(base, theirs):
            if mode != mine.mode:
                self._write("replaced", path, mine._replace(mode=mode), "its mode")
        elif not all(each.is_known and is_mergeable(each.content) for each in (base, mine, theirs)):
            self._put_beside(path, theirs, "it is not a text that can be merged")
        else:
            merged = self.merge(path, base.content, mine.content, theirs.content)
            kind = "conflict" if merged.has_conflict else "merged"
            self._write(kind, path, Entry(merged.content, mode))

    def _put_beside(self, path: str, theirs: Entry, reason: str) -> None:
        """Leave a file to the owner, and write the template's version beside it."""
        beside = path + BESIDE
        reason = f"{reason}; the template's is {beside}"
        self._write("conflict", path, theirs, reason, beside)

    def _write(
        self, kind: str, path: str, entry: Entry, reason: str = "", name: str | None = None
    ) -> None:
        if is_same(self.mine.get(name or path), entry) and kind == "merged":
            return  # the owner has made the same change
        self.tree[name or path] = entry
        self._note(kind, path, reason)

    def _note(self, kind: str, path: str, reason: str = "") -> None:
        self.changes.append(Change(kind, path, reason))


def _like(mine: Entry, base: Entry, theirs: Entry) -> bytes:
    """Return the template's content, with CRLF where git has given them to the owner's file."""
    if mine.content == base.content or base.digest or b"\r\n" not in mine.content:
        return theirs.content
    return normalize(theirs.content).replace(b"\n", b"\r\n")
