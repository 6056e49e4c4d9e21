"""Find the answers of an update: the recorded ones, and those on the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from chanscaffold.answers import default_answers, read_answers_file
from chanscaffold.update.base_archive import RECORD
from chanscaffold.update.record import check_change, read_record
from chanscaffold.validation import Validator

if TYPE_CHECKING:
    from chanscaffold.template import Template


def find_answers(project: str, template: Template, given: dict[str, Any]) -> dict[str, Any]:
    """Return each answer from a flag, the record or the template's default, in this order.

    Raise Refused if an answer is invalid, or if a newer template has made the project.
    """
    record = read_record(project)
    check_change(record, template.schema.get("_changes", []))
    file = os.path.join(project, RECORD)
    recorded = read_answers_file(file, template.options)
    # A starter that locks an answer decides for all of its projects.
    kept = {key: value for key, value in recorded.items() if key not in template.locked}
    validator = Validator(template)
    for key, value in {**kept, **given}.items():
        validator.check_answer(key, value, "" if key in given else file)
    answers = {**default_answers(template.options, record.slug), **kept, **given}
    validator.check_answers(answers)
    return answers
