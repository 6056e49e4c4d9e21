"""Find the answers of an update: the recorded ones, and those on the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.answers import convert_recorded, default_answers
from chanscaffold.update.base_archive import RECORD
from chanscaffold.update.record import check_change
from chanscaffold.validation import Validator

if TYPE_CHECKING:
    from chanscaffold.template import Template
    from chanscaffold.update.record import Record


def find_answers(
    project: str, record: Record, template: Template, given: dict[str, Any]
) -> dict[str, Any]:
    """Return each answer from a flag, the record or the template's default, in this order.

    Raise Refused if an answer is invalid, or if a newer template has made the project.
    """
    check_change(record, template.schema.get("_changes", []))
    _check_options(record, template)
    file = os.path.join(project, RECORD)
    recorded = convert_recorded(record.answers, file, template.options)
    # A starter that locks an answer decides for all of its projects.
    kept = {key: value for key, value in recorded.items() if key not in template.locked}
    validator = Validator(template)
    for key, value in {**kept, **given}.items():
        validator.check_answer(key, value, "" if key in given else file)
    answers = {**default_answers(template.options, record.slug), **kept, **given}
    validator.check_answers(answers)
    return answers


def _check_options(record: Record, template: Template) -> None:
    """Refuse an answer to an unknown option, which a starter may have dropped."""
    unknown = sorted(record.answers.keys() - template.options.keys() - {"project_slug"})
    if unknown:
        raise Refused(
            f"{RECORD} has an answer to {unknown[0]!r}, which is no option of this template. If a "
            "newer chanscaffold has made the project, upgrade this one; if the option was dropped, "
            "delete the line and commit that."
        )
