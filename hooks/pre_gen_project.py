"""Refuse answers that break a rule, in one sentence, before anything is rendered.

Cookiecutter runs this file as a hook. `chanscaffold new` loads the same file and calls its functions, so that every
rule exists once. It uses the standard library alone and parses on Python 3.10, to say there what it needs.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from typing import Any

# Private keys of cookiecutter.json that the rules below read.
NEEDED = (
    "_name_pattern",
    "_slug_pattern",
    "_slug_length",
    "_slug_default",
    "_username_pattern",
    "_python",
)

# Written apart, because this file is itself rendered as a template. A template may set others in `_jinja2_env_vars`.
MARKERS = {
    "variable_start_string": "{" + "{",
    "block_start_string": "{" + "%",
    "comment_start_string": "{" + "#",
    "line_statement_prefix": None,
    "line_comment_prefix": None,
}

PROJECT = "{" + "{cookiecutter.project_slug}" + "}"  # the template's folder

QUESTION_LENGTH = 200  # characters


class BadAnswer(ValueError):
    """An answer breaks a rule; the text names both, and `proposal` is a better answer where there is one."""

    def __init__(self, text: str, proposal: str = "") -> None:
        super().__init__(text)
        self.proposal = proposal


def check_answers(answers: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer for the first of `answers` that breaks a rule of `schema`, a parsed cookiecutter.json."""
    for key in schema:
        if not key.startswith("_"):
            check_answer(key, answers.get(key), schema)


def check_answer(key: str, value: Any, schema: dict[str, Any]) -> None:
    """Raise BadAnswer if `value` is no answer to option `key`."""
    definition = schema[key]
    if isinstance(value, str):
        check_no_code(key, value, schema)
    lock = schema.get("_locked", {}).get(key)
    if lock:
        rule = (
            f"{shown(lock['value'])}, which the starter {lock['starter']} has locked: leave it out"
        )
        _require(value == lock["value"], key, value, rule)
    elif isinstance(definition, bool):
        _require(isinstance(value, bool), key, value, "true or false")
    elif isinstance(definition, list):
        _require(value in definition, key, value, "one of " + ", ".join(map(str, definition)))
    else:
        _require(isinstance(value, str), key, value, "text")
        check_question(key, value, schema)
        CHECKS.get(key, _check_nothing)(value, schema)


def check_no_code(key: str, value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer if `value` holds anything that Jinja would take for code: Cookiecutter would run it."""
    for marker in code_markers(schema):
        if marker in value:
            raise BadAnswer(
                f"{key} {shown(value)} holds {marker!r}, which starts code in a template: use plain text."
            )


def code_markers(schema: dict[str, Any]) -> list[str]:
    """Return the strings that start code in this template."""
    settings = {**MARKERS, **schema.get("_jinja2_env_vars", {})}
    return [settings[name] for name in MARKERS if settings[name]]


def check_name(value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer if `value` cannot be a project's name."""
    if not re.fullmatch(schema["_name_pattern"], value):
        rule = "1 to 60 letters, digits, spaces and .,&()+- with no space at either end"
        raise BadAnswer(f"project_name {shown(value)} must be {rule}.")


def check_slug(value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer, with a proposal, if `value` cannot be a project's folder and distribution name."""
    if not fits_slug(value, schema):
        rule = "lower-case letters and digits, a letter first, '-' or '_' between words"
        limit = f"{schema['_slug_length']} at most"
        raise BadAnswer(
            f"project_slug {shown(value)} must be {rule}, {limit}.", propose_slug(value, schema)
        )
    if is_reserved(value, schema):
        reason = "a package that projects install or a device name of Windows"
        raise BadAnswer(
            f"project_slug {shown(value)} is reserved: it is {reason}.", propose_slug(value, schema)
        )


def fits_slug(value: str, schema: dict[str, Any]) -> bool:
    """Return whether `value` is short enough and has the right letters."""
    return len(value) <= schema["_slug_length"] and bool(
        re.fullmatch(schema["_slug_pattern"], value)
    )


def is_reserved(value: str, schema: dict[str, Any]) -> bool:
    """Return whether `value` is a reserved name, spelled the way package indexes compare names."""
    return _normalised(value) in map(_normalised, schema.get("_reserved_names", []))


def propose_slug(value: str, schema: dict[str, Any]) -> str:
    """Return a slug that is close to `value` and allowed, or an empty string."""
    letters = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters).lstrip("-0123456789")
    slug = words[: schema["_slug_length"]].strip("-")
    candidates = (slug, f"{slug}-site")
    return next(
        (each for each in candidates if fits_slug(each, schema) and not is_reserved(each, schema)),
        "",
    )


def check_superusers(value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer unless `value` is empty or different usernames, separated by commas."""
    seen: set[str] = set()
    for name in split_names(value):
        if not re.fullmatch(schema["_username_pattern"], name):
            raise BadAnswer(
                f"superusers: {shown(name)} is no username: up to 150 letters, digits and @.+-_ make one."
            )
        # Django normalises names this way; two that differ in case alone would only confuse.
        same = unicodedata.normalize("NFKC", name).casefold()
        if same in seen:
            raise BadAnswer(
                f"superusers: {shown(name)} is there twice (upper and lower case count as the same)."
            )
        seen.add(same)


def split_names(value: str) -> list[str]:
    """Return the usernames in `value`."""
    return [name.strip() for name in value.split(",")] if value.strip() else []


def check_question(key: str, value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer, with the starter's example, if `value` cannot answer a question that a starter asks."""
    question = schema.get("_questions", {}).get(key)
    if question is None:
        return
    # Answers stand between double quotes, in .chanscaffold.toml and wherever a starter puts them.
    if len(value) > QUESTION_LENGTH or not value.isprintable() or '"' in value or "\\" in value:
        raise BadAnswer(
            f"{key} {shown(value)} must be one line without double quotes and \\, {QUESTION_LENGTH} at most."
        )
    hint = f", for example {question['example']}" if question["example"] else ""
    if question["required"] and not value.strip():
        raise BadAnswer(f"{key} has no answer: give one{hint}.")
    if question["pattern"] and not re.fullmatch(question["pattern"], value):
        raise BadAnswer(f"{key} {shown(value)} must match {question['pattern']}{hint}.")


def check_python(
    django: str, version: tuple[int, ...], schema: dict[str, Any], remedy: str
) -> None:
    """Raise BadAnswer if Python `version` is too old for `django`; `remedy` says how to get a newer one."""
    if version >= _floor(django, schema):
        return
    running = ".".join(map(str, version))
    fitting = [each for each in schema["_python"] if version >= _floor(each, schema)]
    choice = f", or choose django {' or '.join(fitting)}" if fitting else ""
    needed = schema["_python"][django]
    raise BadAnswer(
        f"Django {django} needs Python {needed} or newer, and this is {running}: {remedy}{choice}."
    )


def shown(value: object) -> str:
    """Return `value` for a message: quoted, in one line, not endless."""
    return str(value).lower() if isinstance(value, bool) else f"{value!r:.80}"


def _require(condition: bool, key: str, value: object, rule: str) -> None:
    if not condition:
        raise BadAnswer(f"{key} {shown(value)} must be {rule}.")


def _check_nothing(value: str, schema: dict[str, Any]) -> None:
    """Accept any text: the option has no rule of its own."""


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def _floor(django: str, schema: dict[str, Any]) -> tuple[int, ...]:
    return tuple(map(int, schema["_python"][django].split(".")))


CHECKS = {"project_name": check_name, "project_slug": check_slug, "superusers": check_superusers}


def check_as_typed(raw: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer if an answer held code when Cookiecutter got it, before Cookiecutter rendered it."""
    for key, value in raw.items():
        if (key, value) != ("project_slug", schema["_slug_default"]):
            check_no_code(key, value if isinstance(value, str) else json.dumps(value), schema)


def read_schema(context: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    """Return the template's cookiecutter.json, or what Cookiecutter's context still knows of it.

    An odd value from a replay file or a user's defaults takes the place of the choices in the context.
    """
    path = os.path.join(
        context.get("_output_dir", ""), context.get("_repo_dir", ""), "cookiecutter.json"
    )
    try:
        with open(path, encoding="utf-8") as file:
            schema: dict[str, Any] = json.load(file)
    except (OSError, ValueError):
        return {**context, **raw}
    return schema if "_slug_pattern" in schema else {**context, **raw}


def check_template(context: dict[str, Any]) -> None:
    """Raise BadAnswer if the template lacks the library: Cookiecutter has not run pre_prompt.py."""
    folder = os.path.join(context.get("_output_dir", ""), context.get("_repo_dir", ""), PROJECT)
    library = os.path.join(folder, "channels_realtime", "__init__.py")
    if os.path.isdir(folder) and not os.path.isfile(library):
        raise BadAnswer(
            "the template lacks the library channels_realtime/, which hooks/pre_prompt.py adds: "
            "use Cookiecutter 2.7.1 or newer, or `chanscaffold new`."
        )


def check_folder() -> None:
    """Raise BadAnswer if the folder of the new project, where Cookiecutter runs this, is not empty.

    With -f, Cookiecutter would overwrite files there, and post_gen remove those of other options.
    """
    if os.listdir():
        raise BadAnswer(
            f"the folder {os.getcwd()!r} is not empty, and a new project overwrites nothing: "
            "choose another project_slug or output folder, or move it away first."
        )


def check_facts(context: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer if a private key is not the template's own.

    A replay file has those of the template that it was made with, and a user's defaults any.
    """
    for key, value in schema.items():
        if key.startswith("_") and not key.startswith("__") and context.get(key) != value:
            raise BadAnswer(
                f"{key} is not what this template has in cookiecutter.json: answer anew, without "
                "--replay and without private keys in ~/.cookiecutterrc."
            )


def check_running_python(answers: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer if the Python that runs this hook, and will run the project, is too old."""
    version = tuple(sys.version_info[:3])
    remedy = "run Cookiecutter with a newer Python"
    lowest = min(schema["_python"], key=lambda django: _floor(django, schema))
    check_python(lowest, version, schema, remedy)
    if answers["setup"] and "CHANSCAFFOLD_PYTHON" not in os.environ:
        check_python(answers["django"], version, schema, remedy)


def main() -> None:
    """Check the answers that Cookiecutter has; leave with one sentence if one of them breaks a rule."""
    # JSON escapes single quotes, not double ones.
    context = json.loads(r'{{ cookiecutter | tojson }}')  # fmt: skip
    raw = json.loads(r'{{ _cookiecutter | default({}) | tojson }}')  # fmt: skip
    schema = read_schema(context, raw)
    try:
        check_template(context)
        check_folder()
        check_facts(context, schema)
        check_as_typed(raw, schema)
        check_answers(context, schema)
        check_running_python(context, schema)
    except BadAnswer as error:
        sys.exit(f"Error: {error}" + (f" Try {error.proposal}." if error.proposal else ""))


if __name__ == "__main__":
    main()
