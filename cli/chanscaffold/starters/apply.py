"""Apply starters to a template: merge their answers, locks, questions and files into it."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.answers import convert, unknown_option
from chanscaffold.starters.merge_files import merge_files
from chanscaffold.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.starters.starter import Question, Starter
    from chanscaffold.template import Template

# Every project has its own answers to these.
PROJECT_KEYS = ("project_name", "project_slug")
QUESTION_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KEY_RULE = "lower-case letters and digits, a letter first, '_' between words"
# Cookiecutter asks which of several templates to use if an option has one of these names.
COOKIECUTTER_KEYS = ("template", "templates")


def apply_starters(template: Template, starters: Iterable[Starter]) -> Template:
    """Return the template as starters change it, the base first.

    Raise Refused if a starter does not fit the template.
    """
    for starter in starters:
        template = _Application(template, starter).run()
    return template


class _Application:
    """The application of one starter to a template."""

    def __init__(self, template: Template, starter: Starter) -> None:
        self.starter, self.manifest = starter, starter.manifest
        self.template = template._replace(schema=copy.deepcopy(template.schema))
        self.schema = self.template.schema
        self.validator = Validator(self.template)

    def run(self) -> Template:
        """Return the template with the starter."""
        commit = self.starter.origin.commit
        self.schema.setdefault("_starters", []).append(
            {"name": self.manifest.name, "commit": commit}
        )
        patterns = self.schema.get("_copy_without_render", [])
        self.schema["_copy_without_render"] = [*patterns, *self.manifest.copy_without_render]
        for key, question in self.manifest.questions.items():
            self._add_question(key, question)
        for key, value in self._answers(self.manifest.answers, "answers").items():
            self.schema[key] = _change_default(self.schema[key], value)
        for key, value in self._answers(self.manifest.locked, "locked").items():
            self.schema[key] = [value]
            lock = {"starter": self.manifest.name, "value": value}
            self.schema.setdefault("_locked", {}).setdefault(key, lock)
        files = merge_files(self.template.files(), self.starter)
        return self.template._replace(changed_files=files)

    def _add_question(self, key: str, question: Question) -> None:
        place = f"{self.starter.file}: [questions.{key}]"
        if not QUESTION_KEY.fullmatch(key):
            raise Refused(f"{place}: the key of a question must be {KEY_RULE}.")
        if key in self.schema:
            raise Refused(
                f"{place}: the option {key} exists already: answer it in [answers] or [locked]."
            )
        if hasattr(dict, key) or key in COOKIECUTTER_KEYS:
            raise Refused(f"{place}: templates cannot use an answer of this name: rename it.")
        self.schema.setdefault("__prompts__", {})[key] = question.prompt
        rule = {
            "pattern": question.pattern,
            "example": question.example,
            "required": question.required,
        }
        questions = self.schema.setdefault("_questions", {})
        # Every text is checked as an answer that a user types, choices included.
        self.schema[key], questions[key] = "", rule
        for text in filter(None, _texts(question)):
            self.validator.check_answer(key, text, place)
        self.schema[key] = question.definition
        if not isinstance(question.definition, str):
            del questions[key]

    def _answers(self, table: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the checked answers of a table of starter.toml, in the template's own form."""
        place = f"{self.starter.file}: [{name}]"
        return {key: self._answer(key, value, place) for key, value in table.items()}

    def _answer(self, key: str, value: object, place: str) -> str | bool:
        options = self.template.options
        if key in PROJECT_KEYS:
            raise Refused(f"{place}: every project has its own {key}: leave it out.")
        if key not in options:
            raise Refused(f"{place}: {unknown_option(key, options)}")
        answer = convert(f"{place}: {key}", value, options[key])
        lock = self.schema.get("_locked", {}).get(key)
        if lock and answer != lock["value"]:
            raise Refused(
                f"{place}: {key} {_quote(answer)} contradicts the starter {lock['starter']}, "
                f"which locks it to {_quote(lock['value'])}."
            )
        self.validator.check_answer(key, answer, place)
        return answer


def _texts(question: Question) -> list[str]:
    """Return the texts that a starter gives as answers to its own question."""
    if isinstance(question.definition, bool):
        return []
    if isinstance(question.definition, list):
        return question.definition
    return [question.definition, question.example]


def _quote(answer: str | bool) -> str:
    return str(answer).lower() if isinstance(answer, bool) else repr(answer)


def _change_default(definition: Any, value: str | bool) -> Any:
    """Return an option's definition with another default, which is the first of its choices."""
    if isinstance(definition, list):
        return [value, *(choice for choice in definition if choice != value)]
    return value
