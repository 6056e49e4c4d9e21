"""The template: where it lies, what its cookiecutter.json says, and which files a project gets."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from chanscaffold.files import Tree
    from chanscaffold.starters.starter import Starter

PROJECT = "{{cookiecutter.project_slug}}"
RULES = os.path.join("hooks", "pre_gen_project.py")
HOOK = os.path.join("hooks", "post_gen_project.py")
# The library's folder, in a project and in the repository.
LIBRARY = "channels_realtime"
LIBRARY_SOURCE = os.path.join("realtime", "src", LIBRARY)


class Template(NamedTuple):
    """A template's folder, its parsed cookiecutter.json, and the starters that change both, the base first."""

    path: str
    schema: dict[str, Any]
    starters: tuple[Starter, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """The public keys, with their definitions, except the one that PATH answers."""
        return {
            key: value
            for key, value in self.schema.items()
            if key[0] != "_" and key != "project_slug"
        }

    @property
    def locks(self) -> dict[str, str]:
        """The options that nobody may change, each with the name of the starter that locks it."""
        return {key: lock["starter"] for key, lock in self.schema.get("_locked", {}).items()}

    def files(self) -> Tree:
        """Return the files of a project before they are rendered; Refused if a starter does not fit them."""
        if self.starters:
            from chanscaffold.starters.merge import lay_over

            return lay_over(self.own_files(), self.starters)
        return self.own_files()

    def own_files(self) -> Tree:
        """Return the template's files with the library, without its starters.

        The library comes from its place in the repository, as hooks/pre_prompt.py takes it for
        Cookiecutter; an exported template has it among its files. Refused if there is none.
        """
        from chanscaffold.files import read_tree

        tree = read_tree(os.path.join(self.path, PROJECT))
        library = read_tree(os.path.join(self.path, LIBRARY_SOURCE))
        if library:
            tree = {name: each for name, each in tree.items() if not is_library(name)}
            tree |= {f"{LIBRARY}/{name}": each for name, each in library.items()}
        if f"{LIBRARY}/__init__.py" not in tree:
            raise no_template(self.path, f"it lacks the library, {LIBRARY_SOURCE}")
        return dict(sorted(tree.items()))

    def place_of(self, key: str) -> str:
        """Return how a message names the place where an option is asked for: a starter's file, if it is a starter's."""
        asking = [starter for starter in self.starters if key in starter.manifest.questions]
        return f"{asking[0].file}: [questions.{key}]" if asking else f"The option {key}"

    def prompt(self, key: str) -> str:
        """Return the text that asks for an option, with an example if a starter gives one."""
        text = self.schema.get("__prompts__", {}).get(key, key)
        example = self.schema.get("_questions", {}).get(key, {}).get("example")
        return str(text.get("__prompt__", key) if isinstance(text, dict) else text) + (
            f", as {example}" if example else ""
        )

    def choice(self, key: str, value: str) -> str:
        """Return the text that explains one choice of an option."""
        text = self.schema.get("__prompts__", {}).get(key)
        return str(text.get(value, value) if isinstance(text, dict) else value)


def is_library(name: str) -> bool:
    """Return whether a project's file belongs to the library."""
    return name.startswith(f"{LIBRARY}/")


def load(path: str | None = None) -> Template:
    """Return the template in a folder, ours unless one is named; Refused if there is none."""
    folder = os.path.abspath(path) if path is not None else _own_folder()
    for part in ("cookiecutter.json", PROJECT, RULES, HOOK):
        if not os.path.exists(os.path.join(folder, part)):
            raise no_template(folder, f"it has no {part}")
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
        raise no_template(folder, f"cookiecutter.json cannot be read: {error}") from error
    if not isinstance(schema, dict) or "project_slug" not in schema:
        raise no_template(folder, "cookiecutter.json has no project_slug")
    for key, value in schema.items():
        if not (key.startswith("_") or isinstance(value, str | bool) or _is_choice(value)):
            raise no_template(
                folder, f"option {key} is neither text, true or false, nor a list of texts"
            )
    return schema


def is_yes_or_no(definition: object) -> bool:
    """Return whether an option takes true or false; one that is locked has a list of one value."""
    return isinstance(definition[0] if isinstance(definition, list) else definition, bool)


def _is_choice(value: object) -> bool:
    """Return whether a definition is a choice of texts, or one locked value."""
    return (
        isinstance(value, list)
        and bool(value)
        and (_is_lock(value) or all(isinstance(each, str) for each in value))
    )


def _is_lock(value: list[Any]) -> bool:
    return len(value) == 1 and isinstance(value[0], str | bool)


def no_template(folder: str, reason: str) -> Refused:
    """Return the error for a folder that holds no template of ours."""
    return Refused(
        f"{folder} is no chanscaffold template: {reason}. Give --template a copy of ours."
    )
