"""Read a starter.toml."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings

from packaging.requirements import InvalidRequirement, Requirement

from channels_doctor.support.errors import Refused
from chanscaffold.starters.starter import Manifest, Question
from chanscaffold.starters.toml_table import Table
from chanscaffold.toml_text import parse_toml_text

NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
MAX_NAME_LENGTH = 50
NAME_RULE = (
    "lower-case letters and digits, a letter first, '-' or '_' between words, "
    f"{MAX_NAME_LENGTH} at most"
)
KEYS = ("name", "description", "requires", "extends", "answers", "locked", "questions", "files")
QUESTION_KEYS = ("prompt", "pattern", "default", "example", "choices")
FILES_KEYS = ("remove", "copy_without_render")
MAX_MATCH_SECONDS = 2
SECRET = re.compile("password|secret|token", re.IGNORECASE)
# Cookiecutter shows prompts with Rich, for which this is markup.
RICH_MARKUP = re.compile(r"\[[a-z#/@][^\[]*\]")


def read_manifest(content: bytes, file: str) -> Manifest:
    """Return the content of a starter.toml; Refused, with `file` in front, if it is invalid."""
    table = Table(parse_toml_text(content, file), file)
    table.check_keys(KEYS)
    files = table.table("files")
    files.check_keys(FILES_KEYS)
    manifest = Manifest(
        name=table.text("name"),
        description=table.text("description", ""),
        requires=table.text("requires", ""),
        extends=table.text("extends", ""),
        answers=table.table("answers").entries,
        locked=table.table("locked").entries,
        questions=_read_questions(table.table("questions")),
        remove=files.texts("remove"),
        copy_without_render=files.texts("copy_without_render"),
    )
    if not is_name(manifest.name):
        raise Refused(f"{file}: name {manifest.name!r:.80} must be {NAME_RULE}.")
    _check_requirement(manifest.requires, file)
    _refuse_secrets(manifest, file)
    for key in manifest.answers.keys() & manifest.locked.keys():
        raise Refused(f"{file}: {key} is in [answers] and in [locked]: keep one of them.")
    return manifest


def is_name(text: str) -> bool:
    """Return whether a starter can have this name."""
    return len(text) <= MAX_NAME_LENGTH and bool(NAME.fullmatch(text))


def _check_requirement(text: str, file: str) -> None:
    """Refuse everything but an optional range of versions of chanscaffold."""
    try:
        requirement = Requirement(text or "chanscaffold")
    except InvalidRequirement:
        requirement = None
    if (
        requirement is None
        or requirement.name.lower() != "chanscaffold"
        or (requirement.url or requirement.marker or requirement.extras)
    ):
        raise Refused(
            f"{file}: requires {text!r:.80} must be a range of versions, "
            'such as "chanscaffold>=0.1,<1".'
        )


def _refuse_secrets(manifest: Manifest, file: str) -> None:
    for key in (*manifest.answers, *manifest.locked, *manifest.questions):
        if SECRET.search(key):
            raise Refused(
                f"{file}: {key!r:.80} names a secret, and answers are written to files that "
                "everybody can read: read it from the environment in settings.py, and name it in "
                ".env.example."
            )


def _read_questions(table: Table) -> dict[str, Question]:
    questions = {key: _read_question(table.table(key)) for key in table.entries}
    for key, question in questions.items():
        choices = question.definition if isinstance(question.definition, list) else []
        for text in (question.prompt, *choices):
            if RICH_MARKUP.search(text):
                raise Refused(
                    f"{table.name}: {key}: Cookiecutter does not show the [text] in {text!r:.80}: "
                    "use (text)."
                )
    return questions


def _read_question(table: Table) -> Question:
    """Return a question of one of three kinds: a choice, yes or no, or a text."""
    table.check_keys(QUESTION_KEYS)
    default = table.entries.get("default", "")
    if "choices" in table.entries:
        return _read_choice(table)
    if isinstance(default, bool):
        table.forbid(("pattern", "example"), "the answer is yes or no, as default is true or false")
        return Question(table.text("prompt"), default)
    question = Question(
        table.text("prompt"),
        table.text("default", ""),
        table.text("pattern", ""),
        table.text("example", ""),
        required="default" not in table.entries,
    )
    _check_pattern(question, table.name)
    return question


def _read_choice(table: Table) -> Question:
    keys = ("default", "pattern", "example")
    table.forbid(keys, "the first of the choices is the default")
    choices = table.texts("choices")
    if not choices or len(set(choices)) < len(choices):
        raise Refused(f"{table.name}: choices must be one or more different texts.")
    return Question(table.text("prompt"), choices)


def _check_pattern(question: Question, name: str) -> None:
    """Refuse an invalid pattern, and a default or an example that does not match it."""
    try:
        with warnings.catch_warnings():
            # A later Python will read such a pattern differently.
            warnings.simplefilter("error")
            re.compile(question.pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise Refused(
            f"{name}: pattern {question.pattern!r:.80} is not a regular expression: {error}."
        ) from error
    for key, value in (("default", question.definition), ("example", question.example)):
        if question.pattern and value and not _matches(question.pattern, str(value), name):
            raise Refused(
                f"{name}: {key} {value!r:.80} does not match the pattern {question.pattern:.80}."
            )


def _matches(pattern: str, text: str, name: str) -> bool:
    """Return whether a text matches a pattern; Refused if that takes too long.

    A child process finds out, because a pattern can take years, and the user has not trusted the
    starter yet.
    """
    code = "import re, sys; sys.exit(not re.fullmatch(sys.argv[1], sys.argv[2]))"
    command = [sys.executable, "-I", "-S", "-c", code, pattern, text]
    try:
        ended = subprocess.run(
            command, check=False, stderr=subprocess.DEVNULL, timeout=MAX_MATCH_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(
            f"{name}: the pattern {pattern:.80} takes more than {MAX_MATCH_SECONDS} seconds for "
            f"{text!r:.80}: remove nested repetitions."
        ) from error
    return ended.returncode == 0
