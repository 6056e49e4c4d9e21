"""Make a project: render it beside its place, move it there in one step, complete it there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chanscaffold.render import context, render, render_hook
from chanscaffold.run_hook import complete, prune
from chanscaffold.staging import move, nothing_written, workspace

if TYPE_CHECKING:
    from chanscaffold.plan import Plan


def create(plan: Plan) -> int:
    """Make the project and return 0, or 3 if a step is missing; ChanscaffoldError if nothing was made."""
    variables = context(plan.template, plan.answers, plan.target)
    with workspace(plan.target.parent) as work:
        with nothing_written(plan.target, work):
            os.mkdir(work, 0o700)
            project = render(plan.template, plan.files, variables, work)
            hook = render_hook(plan.template, variables, work)
            prune(hook, project)
            move(project, plan.target)
        return complete(hook, plan.target.path, plan.python, plan.steps, plan.verbosity)
