"""`starter check`: render every project of a starter, lint them all, set up and test those that stand for them."""

from __future__ import annotations

import os
import shlex
import tempfile
import time
from typing import TYPE_CHECKING

from channels_doctor.support.errors import ChanscaffoldError, Refused
from channels_doctor.support.signals import stop
from chanscaffold.answers import defaults
from chanscaffold.starters import trust
from chanscaffold.starters.check.combinations import combine, is_small, open_choices
from chanscaffold.starters.check.infos import advise
from chanscaffold.starters.check.lint import lint
from chanscaffold.starters.check.projects import Projects
from chanscaffold.starters.check.renders import SLUG, Renderer
from chanscaffold.starters.check.steps import Steps, say
from chanscaffold.starters.check.unused_files import left_out
from chanscaffold.starters.loader import start_with
from chanscaffold.template import load
from chanscaffold.validation import Rules

if TYPE_CHECKING:
    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.starters.check.renders import Render
    from chanscaffold.template import Template

FAILED, INCOMPLETE = 1, 3


def check(source: str, trusted: bool) -> int:
    """Check a starter; return 0 if its projects are sound, 1 if something has failed, 3 if not all could be checked.

    `source` is a folder's absolute path or a git address. Raise Refused if the starter breaks a rule
    or is not trusted, and ChanscaffoldError if it cannot be fetched.
    """
    stop.code = INCOMPLETE
    template = start_with(source, load())
    files = template.files()
    answers = _answers(template)
    trust.ask(template, trusted)
    with tempfile.TemporaryDirectory(prefix="chanscaffold-", ignore_cleanup_errors=True) as folder:
        steps = Steps(os.path.join(folder, "log"))
        projects = Projects(template, answers, source, steps)
        made, tried = (
            Renderer(template, files, answers, _make(folder, name)) for name in ("made", "tried")
        )
        renders = _render(made, projects)
        if not steps.failed:
            for line in (*advise(template), *left_out(tried, renders)):
                steps.note(f"{line}.")
            python = projects.prove(renders, _make(folder, "projects"))
            if python:
                lint(made, python, steps)
        return _conclude(template.starters[-1].manifest.name, steps)


def _make(folder: str, name: str) -> str:
    path = os.path.join(folder, name)
    os.mkdir(path)
    return path


def _answers(template: Template) -> Answers:
    """Return the answers to what is no choice: the defaults, and the examples of questions without one that fits.

    Refused if there is no example either.
    """
    answers, rules = defaults(template, SLUG), Rules(template)
    if "setup" not in template.locks:
        answers["setup"] = True
    for key, question in template.schema["_questions"].items():
        if not rules.allows(key, answers[key]):
            answers[key] = question["example"]
        if not rules.allows(key, answers[key]):
            raise Refused(
                f"{template.place_of(key)} has no default that a check could answer: "
                'add an answer for checks, example = "...".'
            )
    return answers


def _render(renderer: Renderer, projects: Projects) -> list[Render]:
    """Render everything, and say with which answers something does not render."""
    choices = open_choices(renderer.template)
    combinations = combine(choices, [row.choices for row in projects.rows])
    start, renders = time.monotonic(), []
    failures: dict[str, Answers] = {}
    for each in combinations:
        try:
            renders.append(renderer.render(each))
        except ChanscaffoldError as error:
            failures.setdefault(error.message.removesuffix(" Nothing was written."), each)
    kind = "all combinations" if is_small(choices) else "pairs of values"
    of_what = f"{kind} of {', '.join(choices)}" if choices else "nothing is left open"
    label = f"Render {len(combinations)} {'project' if len(combinations) == 1 else 'projects'}, {of_what}"
    projects.steps.report(label, not failures, time.monotonic() - start)
    for message, each in failures.items():
        projects.steps.explain(
            [message, f"To see it again: {shlex.join(['chanscaffold', *projects.arguments(each)])}"]
        )
    return renders


def _conclude(name: str, steps: Steps) -> int:
    """Print the sum, and return the exit code."""
    seconds = time.monotonic() - steps.start
    if steps.failed:
        say(f"{name}: {steps.failed} of {steps.count} steps failed, in {seconds:.0f} s.")
        return FAILED
    if steps.unchecked:
        say(f"{name}: nothing failed, but not all could be checked here, in {seconds:.0f} s.")
        return INCOMPLETE
    say(f"{name} is sound: {steps.count} steps in {seconds:.0f} s.")
    return 0
