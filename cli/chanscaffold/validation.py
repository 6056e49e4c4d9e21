"""The rules for answers, which the template's own pre_gen hook holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from chanscaffold.template import RULES, no_template

if TYPE_CHECKING:
    from types import ModuleType

    from chanscaffold.template import Template


class Rules:
    """The rules for answers that the template's own pre_gen hook holds; each method raises Refused."""

    def __init__(self, template: Template) -> None:
        self.schema = template.schema
        self.module = _load_module(template)

    def check_answers(self, answers: dict[str, Any]) -> None:
        """Refuse the first answer that breaks a rule."""
        self._call("check_answers", answers, self.schema)

    def check_answer(self, key: str, value: object, place: str = "") -> None:
        """Refuse one answer that breaks a rule; `place` is where it stands, if not in the command."""
        self._call("check_answer", key, value, self.schema, place=place)

    def allows(self, key: str, value: object) -> bool:
        """Return whether an answer breaks no rule."""
        try:
            self.check_answer(key, value)
        except Refused:
            return False
        return True

    def shown(self, value: object) -> str:
        """Return an answer for a message."""
        return str(self.module.shown(value))

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

    def _call(self, name: str, *arguments: object, place: str = "") -> None:
        try:
            getattr(self.module, name)(*arguments)
        except self.module.BadAnswer as error:
            raise Refused(f"{place}: {error}" if place else str(error)) from error


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
        raise no_template(template.path, f"{RULES} does not hold its rules ({error})") from error
    if missing:
        raise no_template(template.path, f"cookiecutter.json has no {missing[0]}")
    return module
