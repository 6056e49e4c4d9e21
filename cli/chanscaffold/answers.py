"""The answers to a template's options: the defaults, and those of an answers file."""

from __future__ import annotations

import os
from typing import Any

from channels_doctor.support.errors import Refused
from chanscaffold.suggestions import suggest
from chanscaffold.toml_text import parse_toml_text

MAX_FILE_BYTES = 1_000_000


def default_answers(options: dict[str, Any], slug: str) -> dict[str, Any]:
    """Return the default answers for a project of this name."""
    answers = {
        key: value[0] if isinstance(value, list) else value for key, value in options.items()
    }
    answers["project_name"] = title(slug)
    return {**answers, "project_slug": slug}


def title(slug: str) -> str:
    """Return a slug in title case: `my-site` is "My Site"."""
    return " ".join(word.capitalize() for word in slug.replace("_", "-").split("-"))


def read_answers_file(path: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the answers in a TOML file; Refused if it is invalid or names an unknown option.

    The file may be a project's .chanscaffold.toml: its table `answers` is read, without the slug.
    """
    table = parse_toml_text(_read(path), f"The answers file {path}")
    recorded = table.get("answers")
    if isinstance(recorded, dict) and "version" in table:
        return convert_recorded(recorded, path, options)
    return _convert_answers(table, path, options)


def convert_recorded(answers: dict[str, Any], path: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the answers in a project's record, without the slug; Refused if one is unknown."""
    others = {key: value for key, value in answers.items() if key != "project_slug"}
    return _convert_answers(others, path, options)


def _convert_answers(table: dict[str, Any], path: str, options: dict[str, Any]) -> dict[str, Any]:
    answers = {}
    for key, value in table.items():
        if key not in options:
            raise Refused(f"{path}: {unknown_option(key, options)}")
        answers[key] = convert(f"{path}: {key}", value, options[key])
    return answers


def _read(path: str) -> bytes:
    """Return the content of a regular file; a device or a pipe might have no end."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise Refused(f"The answers file {path} is not a regular file.")
        with open(path, "rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Refused(f"The answers file {path} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise Refused(f"The answers file {path} has more than {MAX_FILE_BYTES:,} bytes.")
    return content


def unknown_option(key: str, options: dict[str, Any]) -> str:
    """Return the sentence about an answer to an option that does not exist."""
    if key == "project_slug":
        return "project_slug is not an option here: it is the last part of PATH."
    return f"there is no option {key!r}; {suggest(key, options, 'options')}"


def convert(name: str, value: object, definition: object) -> str | bool:
    """Return a value from a TOML file in the template's own form, where 5.2 is "5.2".

    Raise Refused, with `name` in front, if the option cannot have such a value.
    """
    text = _to_text(name, value)
    # A locked answer is a list of one value.
    default = definition[0] if isinstance(definition, list) else definition
    if not isinstance(default, bool):
        return text
    if text not in ("true", "false"):
        raise Refused(f"{name} {text!r} must be true or false.")
    return text == "true"


def _to_text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(_to_text(name, item) for item in value)
    raise Refused(f"{name} must be a text, a number, true, false or a list of these.")
