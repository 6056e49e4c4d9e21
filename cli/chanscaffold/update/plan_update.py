"""Decide all that an update changes, before anything is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.library import LIBRARY, is_library
from chanscaffold.update.base_archive import BASE_ARCHIVE, RECORD, read_base
from chanscaffold.update.changes import apply_changes, list_pending
from chanscaffold.update.env_variables import find_new_variables
from chanscaffold.update.merge_text import MergedText, merge_text
from chanscaffold.update.merge_trees import BESIDE, Change, merge_trees
from chanscaffold.update.outcome import UpdatePlan
from chanscaffold.update.project_files import read_project
from chanscaffold.update.pyproject import PYPROJECT, merge_pyproject
from chanscaffold.update.record import describe_version, parse_record
from chanscaffold.update.render_project import render_project
from chanscaffold.update.repository import list_python_files
from chanscaffold.update.tree import Entry, has_same_content, is_same_tree, list_writes

if TYPE_CHECKING:
    from chanscaffold.template import Template
    from chanscaffold.update.changes import Changed, TemplateChange
    from chanscaffold.update.record import Record
    from chanscaffold.update.render_project import Rendered
    from chanscaffold.update.tree import Tree, Writes


def plan_update(
    project: str, record: Record, template: Template, answers: dict[str, Any]
) -> UpdatePlan:
    """Return what an update of a project to a template with these answers changes.

    Raise Refused if the project has no usable base, or if a file cannot be read, and CommandError
    if the template does not render.
    """
    base, rendered = read_base(project), render_project(template, answers)
    version = describe_version(rendered.record.content)
    if is_same_tree(base, rendered.tree) and _is_same_record(record, rendered):
        return UpdatePlan(version, {}, {}, [], [], [], [])
    pending = list_pending(template.schema, record.change)
    before = read_project(project, _names(project, base, rendered.tree, pending))
    changed = apply_changes(pending, base, before)
    merged = merge_trees(changed.base, changed.mine, rendered.tree, _merge)
    _check_beside(before, merged.tree)
    writes = list_writes(before, merged.tree) | _own_files(rendered)
    return UpdatePlan(
        version,
        writes,
        {**before, **read_project(project, (BASE_ARCHIVE, RECORD))},
        [*merged.changes, *_list_more(before, merged.tree, merged.changes, changed)],
        find_new_variables(base, rendered.tree),
        [f"{change.summary}. {change.breaking}" for change in pending if change.breaking],
        list(_list_notes(record, answers, base, before)),
    )


def _own_files(rendered: Rendered) -> Writes:
    return {BASE_ARCHIVE: rendered.base_archive, RECORD: rendered.record}


def _is_same_record(record: Record, rendered: Rendered) -> bool:
    """Return whether a record has the same answers, starters and changes: versions do not count."""
    new = parse_record(rendered.record.content, RECORD)
    return record == new


def _names(project: str, base: Tree, theirs: Tree, pending: list[TemplateChange]) -> set[str]:
    """Return the names of the owner's files to read."""
    names = {*base, *theirs, *(name + BESIDE for name in (*base, *theirs))}
    if any(change.code for change in pending):
        names |= set(list_python_files(project))
    return names


def _merge(path: str, base: bytes, mine: bytes, theirs: bytes) -> MergedText:
    merge = merge_pyproject if path == PYPROJECT else merge_text
    return merge(base, mine, theirs)


def _check_beside(before: Tree, after: Tree) -> None:
    """Refuse to overwrite a file that an earlier update has left beside another."""
    for name, entry in before.items():
        if name.endswith(BESIDE) and after.get(name) != entry:
            raise Refused(
                f"{name} is in the way of a new version: move it away. Nothing was changed."
            )


def _list_more(before: Tree, after: Tree, changes: list[Change], changed: Changed) -> list[Change]:
    """Return what renames and code modifications have changed besides the merge."""
    known = {change.path for change in changes}
    renamed = [Change("renamed", old, f"to {new}") for old, new in changed.renamed.items()]
    modified = [
        Change("modified", name)
        for name in before
        if name in after and before[name] != after[name] and name not in known
    ]
    failed = [Change("left", name, f"not modified: {why}") for name, why in changed.failed.items()]
    return [*renamed, *modified, *failed]


def _list_notes(record: Record, answers: dict[str, Any], base: Tree, before: Tree) -> list[str]:
    """Return what the owner must know about this update."""
    notes = []
    if record.answers.get("database") != answers["database"]:
        notes.append("The database changes, and its data is not moved: see `manage.py dumpdata`.")
    library = {name: entry for name, entry in base.items() if is_library(name)}
    if not all(_is_unmodified(name, entry, before) for name, entry in library.items()):
        notes.append(f"You have changed {os.path.join(LIBRARY, '')}, so you maintain it.")
    return notes


def _is_unmodified(name: str, entry: Entry, before: Tree) -> bool:
    return name in before and has_same_content(entry, before[name])
