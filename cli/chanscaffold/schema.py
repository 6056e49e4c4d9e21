"""Read a template's cookiecutter.json: the options, and the private keys that are its rules."""

from __future__ import annotations

import json
import re
from typing import Any

# The private keys that the command and the hooks read. A list has one shape for all of its items,
# and a dict with the key `str` has one for all of its values.
SHAPES: dict[str, Any] = {
    "_version": str,
    "_name_pattern": str,
    "_slug_pattern": str,
    "_slug_length": int,
    "_slug_default": str,
    "_username_pattern": str,
    "_python": {str: str},
    "_repeatable": {str: str},
    "_unrecorded": [str],
    "_starters": [{"name": str, "commit": str}],
    "_locked": {str: {"starter": str}},
    "_questions": {str: {"pattern": str, "example": str}},
    "_reserved_names": [str],
    "_jinja2_env_vars": dict,
    "_copy_without_render": [str],
    "_optional_files": [{"when": dict, "files": [str]}],
    "_changes": [{"summary": str}],
}


class InvalidSchema(ValueError):
    """A cookiecutter.json is not that of a template; the text says why."""


def read_schema(path: str) -> dict[str, Any]:
    """Return the content of a cookiecutter.json; InvalidSchema if a part of it is not usable."""
    try:
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidSchema(f"cookiecutter.json cannot be read: {error}") from error
    if not isinstance(schema, dict) or "project_slug" not in schema:
        raise InvalidSchema("cookiecutter.json has no project_slug")
    for key, value in schema.items():
        _check_private(key, value) if key.startswith("_") else _check_option(key, value)
    return schema


def _check_option(key: str, value: object) -> None:
    if not (isinstance(value, str | bool) or _is_choice(value)):
        raise InvalidSchema(f"option {key} is not a text, true, false or a list of texts")


def _check_private(key: str, value: Any) -> None:
    if key in SHAPES and not _has_shape(value, SHAPES[key]):
        raise InvalidSchema(f"{key} in cookiecutter.json has a value of the wrong type")
    if key.endswith("_pattern"):
        try:
            re.compile(value)
        except (re.error, TypeError) as error:
            raise InvalidSchema(f"{key} is not a regular expression: {error}") from error


def _is_choice(value: object) -> bool:
    """Return whether a definition is a list of texts, or a list of one locked answer."""
    if not isinstance(value, list) or not value:
        return False
    is_lock = len(value) == 1 and isinstance(value[0], str | bool)
    return is_lock or all(isinstance(choice, str) for choice in value)


def _has_shape(value: object, shape: Any) -> bool:
    if isinstance(shape, list):
        return isinstance(value, list) and all(_has_shape(item, shape[0]) for item in value)
    if not isinstance(shape, dict):
        return isinstance(value, shape) and not (shape is int and isinstance(value, bool))
    if not isinstance(value, dict):
        return False
    if str in shape:
        return all(_has_shape(item, shape[str]) for item in value.values())
    return all(key in value and _has_shape(value[key], each) for key, each in shape.items())
