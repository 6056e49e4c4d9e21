"""Refuse invalid answers with one sentence, before anything is rendered.

Cookiecutter runs this file as a hook. `chanscaffold new` loads the same file and calls its
functions, so that every rule exists once. It uses only the standard library, and it parses on
Python 3.10 to report that a newer Python is required.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from typing import Any

# Private keys of cookiecutter.json that the rules read.
REQUIRED_KEYS = (
    "_name_pattern",
    "_slug_pattern",
    "_slug_length",
    "_slug_default",
    "_username_pattern",
    "_python",
)

# The defaults of Jinja, which `_jinja2_env_vars` overrides. The strings are split, because
# Cookiecutter renders this file.
MARKERS = {
    "variable_start_string": "{" + "{",
    "block_start_string": "{" + "%",
    "comment_start_string": "{" + "#",
    "line_statement_prefix": None,
    "line_comment_prefix": None,
}

PROJECT = "{" + "{cookiecutter.project_slug}" + "}"  # the folder of the template

MAX_ANSWER_LENGTH = 200  # characters
MIN_COOKIECUTTER = (2, 7, 1)  # older releases do not run pre_prompt.py or ignore Jinja's settings
SHELL_CHARACTERS = frozenset('"$`\\')  # between double quotes


class BadAnswer(ValueError):
    """An answer breaks a rule. `proposal` is a valid answer, or empty."""

    def __init__(self, text: str, proposal: str = "") -> None:
        super().__init__(text)
        self.proposal = proposal


def check_answers(answers: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer for the first invalid answer. `schema` is the parsed cookiecutter.json."""
    for key in schema:
        if not key.startswith("_"):
            check_answer(key, answers.get(key), schema)


def check_answer(key: str, value: Any, schema: dict[str, Any]) -> None:
    """Raise BadAnswer if `value` is not a valid answer to the option `key`."""
    definition = schema[key]
    if isinstance(value, str):
        check_no_code(key, value, schema)
    lock = schema.get("_locked", {}).get(key)
    if lock:
        locked = format_value(lock["value"])
        rule = f"{locked}, because the starter {lock['starter']} locks it: do not set it"
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
    """Raise BadAnswer if `value` contains template code, which Cookiecutter would run."""
    for marker in code_markers(schema):
        if marker in value:
            raise BadAnswer(
                f"{key} {format_value(value)} contains {marker!r}, which starts template code: "
                "use plain text."
            )


def code_markers(schema: dict[str, Any]) -> list[str]:
    """Return the strings that start template code, with this template's settings of Jinja."""
    settings = {**MARKERS, **schema.get("_jinja2_env_vars", {})}
    return [settings[name] for name in MARKERS if settings[name]]


def check_name(value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer if `value` is not a valid name of a project."""
    if not re.fullmatch(schema["_name_pattern"], value):
        rule = "1 to 60 letters, digits, spaces and .,&()+- without a space at the start or end"
        raise BadAnswer(f"project_name {format_value(value)} must be {rule}.")


def check_slug(value: str, schema: dict[str, Any], name: str = "project_slug") -> None:
    """Raise BadAnswer, with a proposal, if `value` is not a valid folder and distribution name.

    `name` is how the message calls the value.
    """
    if not is_valid_slug(value, schema):
        rule = (
            f"at most {schema['_slug_length']} lower-case letters and digits, start with a letter, "
            "and have single '-' or '_' between words"
        )
        raise BadAnswer(
            f"{name} {format_value(value)} must be {rule}.", propose_slug(value, schema)
        )
    if is_reserved(value, schema):
        reason = "a package that projects install, or a device on Windows, has this name"
        raise BadAnswer(
            f"{name} {format_value(value)} is reserved: {reason}.",
            propose_slug(value, schema),
        )


def is_valid_slug(value: str, schema: dict[str, Any]) -> bool:
    """Return whether `value` has a valid length and valid characters."""
    return len(value) <= schema["_slug_length"] and bool(
        re.fullmatch(schema["_slug_pattern"], value)
    )


def is_reserved(value: str, schema: dict[str, Any]) -> bool:
    """Return whether `value` is a reserved name, compared as package indexes compare names."""
    return _normalize_name(value) in map(_normalize_name, schema.get("_reserved_names", []))


def propose_slug(value: str, schema: dict[str, Any]) -> str:
    """Return a valid slug similar to `value`, or an empty string."""
    letters = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters).lstrip("-0123456789")
    slug = words[: schema["_slug_length"]].strip("-")
    candidates = (slug, f"{slug}-site")
    return next(
        (
            each
            for each in candidates
            if is_valid_slug(each, schema) and not is_reserved(each, schema)
        ),
        "",
    )


def check_superusers(value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer unless `value` is a comma-separated list of different usernames, or empty."""
    seen: set[str] = set()
    for name in split_names(value):
        if not re.fullmatch(schema["_username_pattern"], name):
            raise BadAnswer(
                f"superusers: {format_value(name)} is not a valid username: use up to 150 letters, "
                "digits and @.+-_."
            )
        # Django normalizes names with NFKC. Names that differ only in case would be confusing.
        same = unicodedata.normalize("NFKC", name).casefold()
        if same in seen:
            raise BadAnswer(
                f"superusers: {format_value(name)} occurs twice; upper and lower case are not "
                "distinguished."
            )
        seen.add(same)


def split_names(value: str) -> list[str]:
    """Return the usernames of a comma-separated list."""
    return [name.strip(" ") for name in value.split(",")] if value.strip(" ") else []


def check_question(key: str, value: str, schema: dict[str, Any]) -> None:
    """Raise BadAnswer if `value` is not a valid answer to a starter's question."""
    question = schema.get("_questions", {}).get(key)
    if question is None:
        return
    # .chanscaffold.toml and the files of starters contain answers between double quotes.
    if len(value) > MAX_ANSWER_LENGTH or not value.isprintable() or '"' in value or "\\" in value:
        raise BadAnswer(
            f"{key} {format_value(value)} must be one line of at most {MAX_ANSWER_LENGTH} "
            "characters, without double quotes and \\."
        )
    hint = f", for example {question['example']}" if question["example"] else ""
    if question["required"] and not value.strip():
        raise BadAnswer(f"{key} requires an answer{hint}.")
    if question["pattern"] and not re.fullmatch(question["pattern"], value):
        raise BadAnswer(f"{key} {format_value(value)} must match {question['pattern']}{hint}.")


def check_python(
    django: str, version: tuple[int, ...], schema: dict[str, Any], remedy: str
) -> None:
    """Raise BadAnswer if a Python version is too old for `django`.

    `remedy` tells how to use a newer Python.
    """
    if version >= _floor(django, schema):
        return
    running = ".".join(map(str, version))
    supported = [each for each in schema["_python"] if version >= _floor(each, schema)]
    choice = f", or choose django {' or '.join(supported)}" if supported else ""
    required = schema["_python"][django]
    raise BadAnswer(
        f"Django {django} requires Python {required} or newer, but this is Python {running}: "
        f"{remedy}{choice}."
    )


def format_value(value: object) -> str:
    """Return `value` for a message: quoted, on one line, with at most 80 characters."""
    return str(value).lower() if isinstance(value, bool) else f"{value!r:.80}"


def _require(condition: bool, key: str, value: object, rule: str) -> None:
    if not condition:
        raise BadAnswer(f"{key} {format_value(value)} must be {rule}.")


def _check_nothing(value: str, schema: dict[str, Any]) -> None:
    """Accept any text."""


def _normalize_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def _floor(django: str, schema: dict[str, Any]) -> tuple[int, ...]:
    return tuple(map(int, schema["_python"][django].split(".")))


CHECKS = {"project_name": check_name, "project_slug": check_slug, "superusers": check_superusers}


def check_raw_answers(raw: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer if an answer contained template code before Cookiecutter rendered it."""
    for key, value in raw.items():
        if (key, value) != ("project_slug", schema["_slug_default"]):
            check_no_code(key, value if isinstance(value, str) else json.dumps(value), schema)


def read_schema(context: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    """Return the template's cookiecutter.json, or the context if the file cannot be read.

    In the context, a value of a replay file or of the user's defaults can replace the choices.
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


def check_path(folder: str, answers: dict[str, Any]) -> None:
    """Raise BadAnswer if a project cannot have the absolute path `folder`."""
    if answers["database"] == "postgres" and not SHELL_CHARACTERS.isdisjoint(folder):
        raise BadAnswer(
            f'the path {format_value(folder)} contains one of " $ ` \\, and PostgreSQL passes it '
            "to a shell: choose another folder, or the database sqlite."
        )


def check_workspace(folder: str) -> None:
    """Raise BadAnswer if a folder would be a member of a uv workspace.

    In a workspace, uv installs into the environment of the root and changes its lock file.
    """
    for root in parent_folders(folder):
        workspace = read_workspace(root)
        if workspace is not None:
            name = os.path.relpath(folder, root).replace(os.sep, "/")
            members, excluded = workspace.get("members", []), workspace.get("exclude", [])
            if matches_any(name, members) and not matches_any(name, excluded):
                line = f"exclude = {json.dumps([*excluded, name])}"
                raise BadAnswer(
                    f"{root} is a uv workspace that would include {name}: write `{line}` into "
                    "[tool.uv.workspace] of its pyproject.toml, or choose another folder."
                )
            return


def parent_folders(folder: str) -> list[str]:
    """Return the folders that contain a folder, the nearest first."""
    parent = os.path.dirname(folder)
    return [] if parent == folder else [parent, *parent_folders(parent)]


def read_workspace(folder: str) -> dict[str, Any] | None:
    """Return the table tool.uv.workspace of a folder's pyproject.toml; None if there is none."""
    import tomllib

    try:
        with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
            workspace = tomllib.load(file)["tool"]["uv"]["workspace"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return workspace if isinstance(workspace, dict) else None


def matches_any(name: str, patterns: list[str]) -> bool:
    """Return whether a relative path matches one of uv's patterns with * and **."""
    for pattern in patterns:
        glob = re.escape(os.path.normpath(pattern).replace(os.sep, "/"))
        expression = glob.replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        if re.fullmatch(expression, name):
            return True
    return False


def check_environment() -> None:
    """Raise BadAnswer if the password of the superusers is not text."""
    try:
        os.environ.get("DJANGO_SUPERUSER_PASSWORD", "").encode()
    except UnicodeEncodeError:
        raise BadAnswer(
            "DJANGO_SUPERUSER_PASSWORD is not UTF-8: set it to text, or unset it."
        ) from None


def check_cookiecutter() -> None:
    """Raise BadAnswer if Cookiecutter, which runs this hook, is too old for the template."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        running = version("cookiecutter")
    except PackageNotFoundError:
        return
    if tuple(map(int, re.findall(r"\d+", running)[:3])) < MIN_COOKIECUTTER:
        raise BadAnswer(
            f"this is Cookiecutter {running}, and the template needs 2.7.1 or newer: run "
            "`pip install --upgrade cookiecutter`, or use `chanscaffold new`."
        )


def check_template(context: dict[str, Any]) -> None:
    """Raise BadAnswer if Cookiecutter has not run pre_prompt.py, which adds the library."""
    folder = os.path.join(context.get("_output_dir", ""), context.get("_repo_dir", ""), PROJECT)
    library = os.path.join(folder, "channels_realtime", "__init__.py")
    if os.path.isdir(folder) and not os.path.isfile(library):
        raise BadAnswer(
            "the template lacks the library channels_realtime/, which hooks/pre_prompt.py adds: "
            "use Cookiecutter 2.7.1 or newer, or `chanscaffold new`."
        )


def check_folder() -> None:
    """Raise BadAnswer if the folder of the new project, the working directory, is not empty.

    With `-f`, Cookiecutter would overwrite its files, and post_gen would remove some of them.
    """
    if os.listdir():
        raise BadAnswer(
            f"the folder {os.getcwd()!r} is not empty: choose another project_slug or output "
            "folder, or move the folder."
        )


def check_private_keys(context: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer if a private key differs from the template's.

    A replay file contains the keys of an earlier template, and the user's defaults can set any key.
    """
    for key, value in schema.items():
        if key.startswith("_") and not key.startswith("__") and context.get(key) != value:
            raise BadAnswer(
                f"{key} differs from the template's cookiecutter.json: run Cookiecutter without "
                "--replay, and remove private keys from ~/.cookiecutterrc."
            )


def check_running_python(answers: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise BadAnswer if this Python, which will run the project, is too old."""
    version = tuple(sys.version_info[:3])
    remedy = "run Cookiecutter with a newer Python"
    lowest = min(schema["_python"], key=lambda django: _floor(django, schema))
    check_python(lowest, version, schema, remedy)
    if answers["setup"] and "CHANSCAFFOLD_PYTHON" not in os.environ:
        check_python(answers["django"], version, schema, remedy)


def main() -> None:
    """Check the answers of Cookiecutter, and exit with one sentence if one is invalid."""
    # `tojson` escapes single quotes.
    context = json.loads(r'{{ cookiecutter | tojson }}')  # fmt: skip
    raw = json.loads(r'{{ _cookiecutter | default({}) | tojson }}')  # fmt: skip
    schema = read_schema(context, raw)
    try:
        check_cookiecutter()
        check_template(context)
        check_environment()
        check_folder()
        check_private_keys(context, schema)
        check_raw_answers(raw, schema)
        check_answers(context, schema)
        check_running_python(context, schema)
        check_path(os.getcwd(), context)
        check_workspace(os.getcwd())
    except BadAnswer as error:
        sys.exit(f"Error: {error}" + (f" Try {error.proposal}." if error.proposal else ""))


if __name__ == "__main__":
    main()
