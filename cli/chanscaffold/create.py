"""Make a project: render it in a staging folder, move it to its destination, run the hook there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.support.errors import Incomplete
from chanscaffold.render import make_context, render, render_hook
from chanscaffold.run_hook import prune, run_steps
from chanscaffold.staging import move, staging_folder

if TYPE_CHECKING:
    from chanscaffold.destination import Destination
    from chanscaffold.files import Files
    from chanscaffold.template import Template


class Plan(NamedTuple):
    """All that is decided before anything is written.

    `files` are the project's before rendering, `python` is the path of the project's Python, and
    `steps` are those of the hook. `verbosity` is -1, 0 or 1.
    """

    template: Template
    files: Files
    destination: Destination
    answers: dict[str, Any]
    python: str
    steps: list[str]
    verbosity: int


def create(plan: Plan) -> int:
    """Make the project; return 0, or 3 if a step is missing.

    Raise CommandError if the project cannot be made, and Incomplete for an error after the move.
    """
    context = make_context(plan.template, plan.answers, plan.destination.parent)
    with staging_folder(plan.destination) as staging:
        project = render(plan.template, plan.files, context, staging)
        hook = render_hook(plan.template, context, staging)
        prune(hook, project)
        move(project, plan.destination)
        try:
            path = plan.destination.path
            return run_steps(hook, path, plan.python, plan.steps, plan.verbosity)
        except Exception as error:
            raise Incomplete(f"{type(error).__name__}: {error} (-v shows where)") from error
