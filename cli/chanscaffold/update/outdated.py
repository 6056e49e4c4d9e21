"""Count the files that the template would change in a project."""

from __future__ import annotations

import os

from channels_doctor.support.errors import CommandError
from chanscaffold.template import load_template
from chanscaffold.update.answers_for_update import find_answers
from chanscaffold.update.base_archive import RECORD, read_base
from chanscaffold.update.record import read_record
from chanscaffold.update.render_project import render_project
from chanscaffold.update.tree import is_same


def count_changed_files(project: str) -> int:
    """Return how many files differ between a project's base and a render with its answers.

    Return 0 for a project that cannot be updated, and for one of a starter, which may have to be
    fetched.
    """
    if not os.path.isfile(os.path.join(project, RECORD)):
        return 0
    try:
        record = read_record(project)
        if record.starters:
            return 0
        template = load_template()
        answers = find_answers(project, record, template, {})
        base, rendered = read_base(project), render_project(template, answers).tree
    except (CommandError, OSError):
        return 0
    return sum(not is_same(base.get(name), rendered.get(name)) for name in {*base, *rendered})
