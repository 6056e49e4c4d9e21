"""Check a starter: the command `starter check`."""

from __future__ import annotations

import os
import shlex
import tempfile
from functools import partial
from typing import TYPE_CHECKING

from channels_doctor.support import signals
from channels_doctor.support.errors import Refused
from chanscaffold.answers import default_answers
from chanscaffold.options import as_flags
from chanscaffold.starters.apply import apply_starters
from chanscaffold.starters.check.combinations import describe
from chanscaffold.starters.check.projects import choose_projects, prove_project
from chanscaffold.starters.check.render_all import lint_all, render_all
from chanscaffold.starters.loader import load_starters
from chanscaffold.starters.trust import confirm_trust
from chanscaffold.steps import Steps
from chanscaffold.template import load_template
from chanscaffold.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.starters.starter import Starter
    from chanscaffold.template import Template

EXIT_INCOMPLETE = 3
SLUG = "shop"  # of the projects


def check_starter(source: str, trusted: bool) -> int:
    """Check a starter; return 0 if every step succeeds, 1 if one fails, 3 if one is skipped.

    `source` is the path of a folder or a git address. Raise Refused if the starter is invalid or
    not trusted, and CommandError if it cannot be fetched.
    """
    signals.set_exit_code(EXIT_INCOMPLETE)
    base = load_template()
    starters = load_starters(source, base.schema["_version"])
    template = apply_starters(base, starters)
    answers = _answer_questions(template)
    confirm_trust(starters, base.files(), trusted)
    arguments = partial(_arguments, template, answers, starters[-1].origin.address)
    with tempfile.TemporaryDirectory(prefix="chanscaffold-", ignore_cleanup_errors=True) as folder:
        steps = Steps(os.path.join(folder, "log"))
        renders = _make_folder(folder, "renders")
        combinations = render_all(
            template, answers, renders, steps, lambda choices: _command(arguments(choices))
        )
        if not steps.failed:
            for note in find_optional_files(template, starters):
                steps.note(note)
            python = _prove_projects(template, arguments, folder, steps)
            if python:
                lint_all(renders, combinations, python, steps)
        return steps.conclude(starters[-1].manifest.name)


def _prove_projects(
    template: Template, arguments: Callable[..., list[str]], folder: str, steps: Steps
) -> str:
    """Set up and test projects; return the Python of one, empty if none is set up."""
    if template.options["setup"] == [False]:
        steps.skip("setup is locked to false, so no project is set up, and none is linted.")
        return ""
    python = ""
    for number, project in enumerate(choose_projects(template, steps)):
        line = arguments(project.answers, project.python)
        work = _make_folder(folder, f"project{number}")
        python = prove_project(line, _command(line), work, steps) or python
    return python


def _make_folder(parent: str, name: str) -> str:
    path = os.path.join(parent, name)
    os.mkdir(path)
    return path


def _answer_questions(template: Template) -> Answers:
    """Return the default answers, and the examples of questions without a default.

    Raise Refused if a question has neither.
    """
    answers, validator = default_answers(template.options, SLUG), Validator(template)
    if "setup" not in template.locked:
        answers["setup"] = True
    for key, question in template.questions.items():
        if not validator.is_valid(key, answers[key]):
            answers[key] = question["example"]
        if not validator.is_valid(key, answers[key]):
            raise Refused(
                f"[questions.{key}] has no default, so the check needs an answer for it: "
                'add example = "...".'
            )
    return answers


def _arguments(
    template: Template, answers: Answers, source: str, choices: Answers, python: str = ""
) -> list[str]:
    """Return the arguments of `chanscaffold` that make a project."""
    defaults = default_answers(template.options, SLUG)
    chosen = {**answers, **choices}
    flags = as_flags(
        template, {key: value for key, value in chosen.items() if value != defaults[key]}
    )
    return ["new", SLUG, "--starter", source, *flags, *(["--python", python] if python else [])]


def _command(arguments: Sequence[str]) -> str:
    return shlex.join(["chanscaffold", *arguments])


def find_optional_files(template: Template, starters: Sequence[Starter]) -> Iterator[str]:
    """Yield a sentence for each file of an overlay that only some projects have, or none."""
    files = template.files()
    for starter in starters:
        changed = {**{name: name for name in starter.files}, **starter.patches}
        for name, file in sorted(changed.items()):
            for entry in template.schema.get("_optional_files", []):
                if name in files and any(f"{name}/".startswith(f"{p}/") for p in entry["files"]):
                    yield f"{starter.overlay_path(file)} is {_describe(entry['when'], template)}."


def _describe(when: Answers, template: Template) -> str:
    """Return in which projects the files are that depend on some answers."""
    impossible = {
        key: template.options[key][0]
        for key, value in when.items()
        if key in template.locked and template.options[key] != [value]
    }
    if impossible:
        return f"in no project, as {describe(impossible)} is locked"
    return f"only in projects with {describe(when)}"
