"""Validate answers by the rules of the template, which are functions of its pre_gen hook."""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.template import PRE_GEN_HOOK, not_a_template

if TYPE_CHECKING:
    from chanscaffold.template import Template


class Validator:
    """Validates answers for a template; the methods that check something raise Refused."""

    def __init__(self, template: Template) -> None:
        self.schema = template.schema
        self.hook = _load_hook(template)

    def check_answers(self, answers: dict[str, Any]) -> None:
        """Check a complete set of answers."""
        self._call("check_answers", answers, self.schema)

    def check_answer(self, key: str, value: object, file: str = "") -> None:
        """Check one answer; `file` names the file that it is from, if any."""
        self._call("check_answer", key, value, self.schema, file=file)

    def is_valid(self, key: str, value: object) -> bool:
        """Return whether an answer is valid."""
        try:
            self.check_answer(key, value)
        except Refused:
            return False
        return True

    def check_slug(self, slug: str, parent: str) -> None:
        """Check the name of a project's folder, and propose a command with a valid one."""
        import shlex

        name = "the last part of PATH,"
        try:
            self.hook.check_no_code(name, slug, self.schema)
            self.hook.check_slug(slug, self.schema, name)
        except self.hook.BadAnswer as error:
            command = shlex.join(["chanscaffold", "new", os.path.join(parent, error.proposal)])
            raise Refused(f"{error} Try: {command}" if error.proposal else str(error)) from error

    def check_parent(self, folder: str) -> None:
        """Check the folder that contains a project: Cookiecutter renders its path."""
        markers = self.hook.code_markers(self.schema)
        if any(marker in folder for marker in markers) or any(letter < " " for letter in folder):
            raise Refused(
                f"The path {folder!r} contains template code or a control character: "
                "choose another folder."
            )

    def check_workspace(self, project: str) -> None:
        """Check that a project's path is not that of a member of a uv workspace."""
        self._call("check_workspace", project)

    def check_path(self, project: str, answers: dict[str, Any]) -> None:
        """Check that a project with these answers works at a path."""
        self._call("check_path", project, answers)

    def check_environment(self) -> None:
        """Check the variables that the set-up of a project reads."""
        self._call("check_environment")

    def check_python(self, django: str, version: tuple[int, ...], remedy: str) -> None:
        """Check that a Python is new enough for a Django; `remedy` says how to get a newer one."""
        self._call("check_python", django, version, self.schema, remedy)

    def _call(self, name: str, *arguments: object, file: str = "") -> None:
        try:
            getattr(self.hook, name)(*arguments)
        except self.hook.BadAnswer as error:
            raise Refused(f"{file}: {error}" if file else str(error)) from error


def _load_hook(template: Template) -> ModuleType:
    """Return the pre_gen hook as a module, without writing bytecode beside it."""
    path = os.path.join(template.path, PRE_GEN_HOOK)
    module = ModuleType("pre_gen_project")
    try:
        with open(path, encoding="utf-8") as file:
            exec(compile(file.read(), path, "exec"), module.__dict__)
        missing = [key for key in module.REQUIRED_KEYS if key not in template.schema]
    except Exception as error:
        raise not_a_template(template.path, f"{PRE_GEN_HOOK} has no rules ({error})") from error
    if missing:
        raise not_a_template(template.path, f"cookiecutter.json has no {missing[0]}")
    return module
