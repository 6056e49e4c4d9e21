"""The template: where it lies, what its cookiecutter.json says, and its rules for answers."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from chanscaffold.errors import Refused

if TYPE_CHECKING:
    from types import ModuleType

PROJECT = "{{cookiecutter.project_slug}}"
RULES = os.path.join("hooks", "pre_gen_project.py")
HOOK = os.path.join("hooks", "post_gen_project.py")


class Template(NamedTuple):
    """A template's folder and its parsed cookiecutter.json."""

    path: str
    schema: dict[str, Any]

    @property
    def options(self) -> dict[str, Any]:
        """The public keys, with their definitions, except the one that PATH answers."""
        return {key: value for key, value in self.schema.items() if key[0] != "_" and key != "project_slug"}

    def prompt(self, key: str) -> str:
        """Return the text that asks for an option."""
        text = self.schema.get("__prompts__", {}).get(key, key)
        return str(text.get("__prompt__", key) if isinstance(text, dict) else text)

    def choice(self, key: str, value: str) -> str:
        """Return the text that explains one choice of an option."""
        text = self.schema.get("__prompts__", {}).get(key)
        return str(text.get(value, value) if isinstance(text, dict) else value)


def load(path: str | None = None) -> Template:
    """Return the template in a folder, ours unless one is named; Refused if there is none."""
    folder = os.path.abspath(path) if path is not None else _own_folder()
    for part in ("cookiecutter.json", PROJECT, RULES, HOOK):
        if not os.path.exists(os.path.join(folder, part)):
            raise _no_template(folder, f"it has no {part}")
    return Template(folder, _read_schema(folder))


def _own_folder() -> str:
    """Return the template that a wheel carries, or the checkout that holds this file."""
    here = os.path.dirname(os.path.abspath(__file__))
    packaged = os.path.join(here, "_template")
    return packaged if os.path.isdir(packaged) else os.path.dirname(os.path.dirname(here))


def _read_schema(folder: str) -> dict[str, Any]:
    try:
        with open(os.path.join(folder, "cookiecutter.json"), encoding="utf-8") as file:
            schema = json.load(file)
    except (OSError, ValueError) as error:
        raise _no_template(folder, f"cookiecutter.json cannot be read: {error}") from error
    if not isinstance(schema, dict) or "project_slug" not in schema:
        raise _no_template(folder, "cookiecutter.json has no project_slug")
    for key, value in schema.items():
        if not (key.startswith("_") or isinstance(value, str | bool) or _is_choice(value)):
            raise _no_template(folder, f"option {key} is neither text, true or false, nor a list of texts")
    return schema


def _is_choice(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _no_template(folder: str, reason: str) -> Refused:
    return Refused(f"{folder} is no chanscaffold template: {reason}. Give --template a copy of ours.")


class Rules:
    """The rules for answers that the template's own pre_gen hook holds; each method raises Refused."""

    def __init__(self, template: Template) -> None:
        self.schema = template.schema
        self.module = _load_module(template)

    def check_answers(self, answers: dict[str, Any]) -> None:
        """Refuse the first answer that breaks a rule."""
        self._call("check_answers", answers, self.schema)

    def check_answer(self, key: str, value: object) -> None:
        """Refuse one answer that breaks a rule."""
        self._call("check_answer", key, value, self.schema)

    def check_slug(self, slug: str, parent: str) -> None:
        """Refuse a project's folder name, with a command that would do."""
        import shlex

        try:
            self.module.check_answer("project_slug", slug, self.schema)
        except self.module.BadAnswer as error:
            command = shlex.join(["chanscaffold", "new", os.path.join(parent, error.proposal)])
            raise Refused(f"{error} Try: {command}" if error.proposal else str(error)) from error

    def check_python(self, django: str, version: tuple[int, ...], remedy: str) -> None:
        """Refuse a Python that is too old for the chosen Django."""
        self._call("check_python", django, version, self.schema, remedy)

    def holds_code(self, text: str) -> bool:
        """Return whether Jinja would take a part of `text` for code."""
        return any(marker in text for marker in self.module.code_markers(self.schema))

    def _call(self, name: str, *arguments: object) -> None:
        try:
            getattr(self.module, name)(*arguments)
        except self.module.BadAnswer as error:
            raise Refused(str(error)) from error


def _load_module(template: Template) -> ModuleType:
    """Return the hook as a module, without leaving bytecode beside it."""
    from types import ModuleType

    path = os.path.join(template.path, RULES)
    module = ModuleType("chanscaffold_rules")
    try:
        with open(path, encoding="utf-8") as file:
            exec(compile(file.read(), path, "exec"), module.__dict__)
        missing = [key for key in module.NEEDED if key not in template.schema]
    except Exception as error:
        raise _no_template(template.path, f"{RULES} does not hold its rules ({error})") from error
    if missing:
        raise _no_template(template.path, f"cookiecutter.json has no {missing[0]}")
    return module
