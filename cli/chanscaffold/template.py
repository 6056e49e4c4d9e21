"""The template: its folder, its cookiecutter.json, and the files of a project before rendering."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.library import LIBRARY, LIBRARY_SOURCE, is_library
from chanscaffold.schema import InvalidSchema, read_schema

if TYPE_CHECKING:
    from chanscaffold.files import Files

PROJECT_FOLDER = "{{cookiecutter.project_slug}}"
PRE_GEN_HOOK = os.path.join("hooks", "pre_gen_project.py")
POST_GEN_HOOK = os.path.join("hooks", "post_gen_project.py")


class Template(NamedTuple):
    """A template's folder and its parsed cookiecutter.json.

    `changed_files` are the files of a project before rendering, if a starter has changed them.
    """

    path: str
    schema: dict[str, Any]
    changed_files: Files | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The definitions of the options, which are the public keys without `project_slug`."""
        return {
            key: value
            for key, value in self.schema.items()
            if key[0] != "_" and key != "project_slug"
        }

    @property
    def locked(self) -> dict[str, str]:
        """The options with a locked answer, each with the name of the starter that locks it."""
        return {key: lock["starter"] for key, lock in self.schema.get("_locked", {}).items()}

    @property
    def questions(self) -> dict[str, Any]:
        """The rules for answers to a starter's questions, by option."""
        questions: dict[str, Any] = self.schema.get("_questions", {})
        return questions

    def files(self) -> Files:
        """Return the files of a project before rendering; CommandError if one cannot be read."""
        return self._read_files() if self.changed_files is None else self.changed_files

    def _read_files(self) -> Files:
        """Return the template's files with the library.

        The library is in the repository, as for hooks/pre_prompt.py; an exported template has it
        among its files.
        """
        from chanscaffold.files import read_files

        try:
            files = read_files(os.path.join(self.path, PROJECT_FOLDER))
            library = read_files(os.path.join(self.path, LIBRARY_SOURCE))
        except OSError as error:
            raise CommandError(
                f"The template cannot be read: {error.strerror} ({error.filename}). "
                "Nothing was written."
            ) from error
        if library:
            files = {name: file for name, file in files.items() if not is_library(name)}
            files |= {f"{LIBRARY}/{name}": file for name, file in library.items()}
        if f"{LIBRARY}/__init__.py" not in files:
            raise not_a_template(self.path, f"it lacks the library, {LIBRARY_SOURCE}")
        return dict(sorted(files.items()))


def load_template(path: str | None = None) -> Template:
    """Return the template in a folder, by default the one of this package.

    Raise Refused if the folder is not a template.
    """
    folder = os.path.abspath(path) if path is not None else _find_own_template()
    for part in ("cookiecutter.json", PROJECT_FOLDER, PRE_GEN_HOOK, POST_GEN_HOOK):
        if not os.path.exists(os.path.join(folder, part)):
            raise not_a_template(folder, f"it has no {part}")
    try:
        return Template(folder, read_schema(os.path.join(folder, "cookiecutter.json")))
    except InvalidSchema as error:
        raise not_a_template(folder, str(error)) from error


def _find_own_template() -> str:
    """Return the template in an installed package, or else the checkout of this file."""
    here = os.path.dirname(os.path.abspath(__file__))
    packaged = os.path.join(here, "_template")
    return packaged if os.path.isdir(packaged) else os.path.dirname(os.path.dirname(here))


def not_a_template(folder: str, reason: str) -> Refused:
    """Return the error for a folder that is not a template."""
    return Refused(
        f"{folder} is not a chanscaffold template: {reason}. "
        "Give --template a copy of chanscaffold's own template."
    )
