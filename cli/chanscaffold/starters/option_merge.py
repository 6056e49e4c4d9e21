"""Merge a starter's answers, locks and questions into a template's cookiecutter.json."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.answers import convert, unknown
from chanscaffold.validation import Rules

if TYPE_CHECKING:
    from chanscaffold.starters.manifest import Question
    from chanscaffold.starters.starter import Starter
    from chanscaffold.template import Template

# Each project's own, whoever makes it.
OWN = ("project_name", "project_slug")
QUESTION = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Cookiecutter takes answers of these names for a choice between several templates.
SEVERAL_TEMPLATES = ("template", "templates")
QUESTION_RULE = "lower-case letters and digits, a letter first, '_' between words"


def extend(template: Template, starter: Starter) -> Template:
    """Return the template with one starter more; Refused if the starter breaks a rule of it."""
    schema = copy.deepcopy(template.schema)
    for key in ("_starters", "_locked", "_questions"):
        schema.setdefault(key, [] if key == "_starters" else {})
    extended = template._replace(schema=schema, starters=(*template.starters, starter))
    manifest = starter.manifest
    schema["_starters"].append({"name": manifest.name, "commit": starter.origin.commit})
    schema["_copy_without_render"] = [
        *schema.get("_copy_without_render", []),
        *manifest.copy_without_render,
    ]
    rules = Rules(extended)
    for key, question in manifest.questions.items():
        _ask(rules, key, question, starter)
    for key, value in _answers(manifest.answers, "answers", rules, extended).items():
        schema[key] = _with_default(schema[key], value)
    for key, value in _answers(manifest.locked, "locked", rules, extended).items():
        schema[key] = [value]
        schema["_locked"].setdefault(key, {"starter": manifest.name, "value": value})
    return extended


def _ask(rules: Rules, key: str, question: Question, starter: Starter) -> None:
    """Add a question to the options."""
    place, schema = f"{starter.file}: [questions.{key}]", rules.schema
    if not QUESTION.fullmatch(key):
        raise Refused(f"{place}: a question's key must be {QUESTION_RULE}.")
    if key in schema:
        raise Refused(
            f"{place}: there is an option {key} already: answer it in [answers] or [locked]."
        )
    if hasattr(dict, key) or key in SEVERAL_TEMPLATES:
        raise Refused(f"{place}: no template could read an answer of this name: choose another.")
    schema.setdefault("__prompts__", {})[key] = question.prompt
    # An answer stands between double quotes, chosen or typed: what may be one is checked as a text.
    rule = {"pattern": question.pattern, "example": question.example, "required": question.required}
    schema[key], schema["_questions"][key] = "", rule
    for text in filter(None, _possible(question)):
        rules.check_answer(key, text, place)
    schema[key] = question.definition
    if not isinstance(question.definition, str):
        del schema["_questions"][key]


def _possible(question: Question) -> list[str]:
    """Return the texts that a starter itself gives as answers."""
    if isinstance(question.definition, bool):
        return []
    return (
        question.definition
        if isinstance(question.definition, list)
        else [question.definition, question.example]
    )


def _answers(table: dict[str, Any], name: str, rules: Rules, template: Template) -> dict[str, Any]:
    """Return the answers of one table of a starter.toml, checked, in the template's own form."""
    return {
        key: _answer(key, value, f"{template.starters[-1].file}: [{name}]", rules, template)
        for key, value in table.items()
    }


def _answer(key: str, value: object, place: str, rules: Rules, template: Template) -> str | bool:
    if key in OWN:
        raise Refused(f"{place}: {key} is each project's own: leave it out.")
    if key not in template.options:
        raise Refused(f"{place}: {unknown(key, template.options)}")
    answer = convert(f"{place}: {key}", value, template.options[key])
    locked = template.locks.get(key)
    if locked is not None and answer not in template.options[key]:
        files = {starter.manifest.name: starter.file for starter in template.starters}
        base = files.get(locked, f"{template.path}, an export of {locked}")
        only = template.options[key][0]
        raise Refused(
            f"{place}: {key} {rules.shown(answer)} contradicts {base}, which locks it to {rules.shown(only)}."
        )
    rules.check_answer(key, answer, place)
    return answer


def _with_default(definition: Any, value: str | bool) -> Any:
    """Return an option's definition with another default: the first of a list is the default."""
    if isinstance(definition, list):
        return [value, *(each for each in definition if each != value)]
    return value
