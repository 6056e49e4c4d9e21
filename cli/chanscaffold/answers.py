"""The answers: from flags, from an answers file, from the template's defaults, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.suggestions import suggest
from chanscaffold.template import is_yes_or_no

if TYPE_CHECKING:
    from chanscaffold.template import Template


def defaults(template: Template, slug: str) -> dict[str, Any]:
    """Return the template's default answer to every option, for a project of this name."""
    answers = {
        key: value[0] if isinstance(value, list) else value
        for key, value in template.options.items()
    }
    answers["project_name"] = title(slug)
    return {**answers, "project_slug": slug}


def title(slug: str) -> str:
    """Return a slug in title case: `my-site` is "My Site"."""
    return " ".join(word.capitalize() for word in slug.replace("_", "-").split("-"))


def read_file(path: str, template: Template) -> dict[str, Any]:
    """Return the answers in a TOML file; Refused if it cannot be read or names an option that does not exist."""
    entries = _read_toml(path)
    answers = {}
    for key, value in entries.items():
        if key not in template.options:
            raise Refused(f"{path}: {unknown(key, template.options)}")
        answers[key] = convert(f"{path}: {key}", value, template.options[key])
    return answers


def _read_toml(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise Refused(f"The answers file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Refused(f"The answers file {path} is not TOML: {error}.") from error


def unknown(key: str, options: dict[str, Any]) -> str:
    """Return the sentence about an answer to an option that does not exist."""
    if key == "project_slug":
        return "project_slug is no answer here: it is the last part of PATH."
    return f"there is no option {key!r}; {suggest(key, options, 'options')}"


def convert(name: str, value: object, definition: object) -> str | bool:
    """Return a TOML value the way the template writes it; values are compared by their text, so 5.2 is "5.2".

    Raise Refused, with `name` in front, if the option that `definition` describes takes no such value.
    """
    text = _text(name, value)
    if not is_yes_or_no(definition):
        return text
    if text not in ("true", "false"):
        raise Refused(f"{name} {text!r} must be true or false.")
    return text == "true"


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(_text(name, each) for each in value)
    raise Refused(f"{name} must be a text, a number, true, false or a list of them.")
