"""Make a project: render it beside its place, move it there in one step, complete it there."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chanscaffold.errors import ChanscaffoldError
from chanscaffold.finish import complete, prune
from chanscaffold.render import context, render, render_hook
from chanscaffold.stop import stop
from chanscaffold.target import Target, check_free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.plan import Plan


def create(plan: Plan) -> int:
    """Make the project and return 0, or 3 if a step is missing; ChanscaffoldError if nothing was made."""
    variables = context(plan.template, plan.answers, plan.target)
    with _workspace(plan.target.parent) as work:
        with _nothing_written(plan.target, work):
            os.mkdir(work, 0o700)
            project = render(plan.template, plan.files, variables, work)
            hook = render_hook(plan.template, variables, work)
            prune(hook, project)
            _move(project, plan.target)
        return complete(hook, plan.target.path, plan.python, plan.steps, plan.verbosity)


@contextmanager
def _workspace(parent: str) -> Iterator[str]:
    """Name a folder beside the target, on the same file system, and remove it whatever happens."""
    import secrets
    import shutil

    work = os.path.join(parent, f".chanscaffold-{secrets.token_hex(6)}")
    stop.begin(work)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        stop.work = None


@contextmanager
def _nothing_written(target: Target, work: str) -> Iterator[None]:
    """Say in a sentence why the system did not let us write."""
    try:
        yield
    except OSError as error:
        reason = _reason(error, work)
        raise ChanscaffoldError(f"Cannot make {target.path}: {reason}. Nothing was written.") from error


def _reason(error: OSError, work: str) -> str:
    """Return what the system said, and about which file unless that one is gone by now."""
    cause = error.__cause__ if error.strerror is None and isinstance(error.__cause__, OSError) else error
    names = [str(name) for name in (cause.filename, cause.filename2) if name is not None]
    about = "" if not names or any(name.startswith(work) for name in names) else f" ({names[0]})"
    return f"{cause.strerror or cause}{about}"


def _move(project: str, target: Target) -> None:
    """Put the project into its place; from here on a signal does not undo anything."""
    check_free(target)
    stop.in_place = True
    try:
        os.rename(project, target.path)
    except OSError:
        stop.in_place = False
        raise
