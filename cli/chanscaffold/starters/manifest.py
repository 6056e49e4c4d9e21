"""A starter.toml: what it may say, and how it is read."""

from __future__ import annotations

import re
import tomllib
import warnings
from typing import Any, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement

from channels_doctor.support.errors import Refused
from chanscaffold.starters.limits import MANIFEST_BYTES
from chanscaffold.starters.toml import Table

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
NAME_LENGTH = 50
NAME_RULE = f"lower-case letters and digits, a letter first, '-' or '_' between words, {NAME_LENGTH} at most"
KEYS = ("name", "description", "requires", "extends", "answers", "locked", "questions", "files")
QUESTION_KEYS = ("prompt", "pattern", "default", "example", "choices")
FILES_KEYS = ("remove", "copy_without_render")
SECRET = re.compile("password|secret|token", re.IGNORECASE)
FORMATTING = re.compile(r"\[[a-z#/@][^\[]*\]")  # for Rich, with which Cookiecutter asks


class Question(NamedTuple):
    """A question of a team's own: `definition` as in cookiecutter.json, a text, true or false, or a list of choices.

    A text without a default is required.
    """

    prompt: str
    definition: str | bool | list[str]
    pattern: str
    example: str
    required: bool = False


class Manifest(NamedTuple):
    """What a starter.toml says; `answers` and `locked` hold values as TOML has them."""

    name: str
    description: str
    requires: str
    extends: str
    answers: dict[str, Any]
    locked: dict[str, Any]
    questions: dict[str, Question]
    remove: list[str]
    copy_without_render: list[str]


def read_manifest(content: bytes, file: str) -> Manifest:
    """Return what a starter.toml says; Refused, with `file` in front, if it breaks a rule."""
    entries = Table(_parse(content, file), file)
    entries.allow(KEYS)
    files = entries.table("files")
    files.allow(FILES_KEYS)
    manifest = Manifest(
        name=entries.text("name"),
        description=entries.text("description", ""),
        requires=entries.text("requires", ""),
        extends=entries.text("extends", ""),
        answers=entries.table("answers").entries,
        locked=entries.table("locked").entries,
        questions=_questions(entries.table("questions")),
        remove=files.texts("remove"),
        copy_without_render=files.texts("copy_without_render"),
    )
    if not is_name(manifest.name):
        raise Refused(f"{file}: name {manifest.name!r:.80} must be {NAME_RULE}.")
    _check_requirement(manifest.requires, file)
    _refuse_secrets(manifest, file)
    for key in manifest.answers.keys() & manifest.locked.keys():
        raise Refused(f"{file}: {key} stands in [answers] and in [locked]: keep one of them.")
    return manifest


def is_name(text: str) -> bool:
    """Return whether a starter may have this name."""
    return len(text) <= NAME_LENGTH and bool(_NAME.fullmatch(text))


def _parse(content: bytes, file: str) -> dict[str, Any]:
    if len(content) > MANIFEST_BYTES:
        raise Refused(f"{file} has {len(content)} bytes: {MANIFEST_BYTES} are the most.")
    try:
        entries = tomllib.loads(content.decode())
        repr(entries)  # ValueError for a number of so many digits that no message could show it
    except (ValueError, RecursionError) as error:
        hint = " (a pattern stands between single quotes)" if "Unescaped" in str(error) else ""
        raise Refused(f"{file} is not TOML: {error}{hint}.") from error
    return entries


def _check_requirement(text: str, file: str) -> None:
    """Refuse what is no range of our versions; an empty text asks for none."""
    try:
        asked = Requirement(text or "chanscaffold")
        is_ours = asked.name.lower() == "chanscaffold" and not (
            asked.url or asked.marker or asked.extras
        )
    except InvalidRequirement:
        is_ours = False
    if not is_ours:
        raise Refused(
            f'{file}: requires {text!r:.80} must be a range of versions, as in "chanscaffold>=0.1,<1".'
        )


def _questions(table: Table) -> dict[str, Question]:
    questions = {}
    for key in table.entries:
        questions[key] = question = _question(table.table(key))
        for text in (
            question.prompt,
            *(question.definition if isinstance(question.definition, list) else ()),
        ):
            if FORMATTING.search(text):
                raise Refused(
                    f"{table.name}: {key}: Cookiecutter shows no [text] of {text!r:.80}: use (text)."
                )
    return questions


def _question(table: Table) -> Question:
    """Return a question: a choice, yes or no, or, with everything else, a text."""
    table.allow(QUESTION_KEYS)
    choices, default = table.texts("choices"), table.entries.get("default", "")
    if "choices" in table.entries:
        table.forbid(
            ("default", "pattern", "example"),
            "a question with choices takes the first of them by default",
        )
        if not choices or len(set(choices)) < len(choices):
            raise Refused(f"{table.name}: choices must be different texts, one at least.")
        return Question(table.text("prompt"), choices, "", "")
    if isinstance(default, bool):
        table.forbid(("pattern", "example"), "a question with default = true or false is yes or no")
        return Question(table.text("prompt"), default, "", "")
    question = Question(
        table.text("prompt"),
        table.text("default", ""),
        table.text("pattern", ""),
        table.text("example", ""),
        required="default" not in table.entries,
    )
    _check_pattern(question, table.name)
    return question


def _check_pattern(question: Question, name: str) -> None:
    """Refuse a pattern that is none, and a default or an example that does not fit it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a pattern that Python will read otherwise one day
            pattern = re.compile(question.pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise Refused(
            f"{name}: pattern {question.pattern!r:.80} is no regular expression: {error}."
        ) from error
    for key, value in (("default", question.definition), ("example", question.example)):
        if question.pattern and value and not pattern.fullmatch(str(value)):
            raise Refused(
                f"{name}: {key} {value!r:.80} does not match the pattern {question.pattern:.80}."
            )


def _refuse_secrets(manifest: Manifest, file: str) -> None:
    for key in (*manifest.answers, *manifest.locked, *manifest.questions):
        if SECRET.search(key):
            raise Refused(
                f"{file}: {key!r:.80} names a secret, and answers are written to files that everybody reads: "
                "let settings.py read it from the environment, and name it in .env.example."
            )
