"""Render the template with Cookiecutter, the one module that imports it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import ChanscaffoldError
from chanscaffold.files import read_tree, write_tree
from chanscaffold.template import HOOK, PROJECT

if TYPE_CHECKING:
    from chanscaffold.destination import Target
    from chanscaffold.files import Tree
    from chanscaffold.template import Template

# Where Cookiecutter looks for what a template includes.
INCLUDED = "templates"


def context(template: Template, answers: dict[str, Any], target: Target) -> dict[str, Any]:
    """Return what Cookiecutter renders with; the answers stand in it as data, nothing renders them again."""
    rules = {
        key: value
        for key, value in template.schema.items()
        if key.startswith("_") and key != "__prompts__"
    }
    origin = {
        "_template": template.path,
        "_output_dir": target.parent,
        "_repo_dir": template.path,
        "_checkout": None,
    }
    ordered = {key: answers[key] for key in template.schema if key in answers}
    return {"cookiecutter": {**ordered, **rules, **origin}, "_cookiecutter": ordered}


def render(template: Template, files: Tree, variables: dict[str, Any], work: str) -> str:
    """Render a clean copy of the template's files inside `work` and return the project's folder.

    No hook is run, and files of options that were not chosen are removed. Raise ChanscaffoldError
    if a file does not render, and OSError if one cannot be written.
    """
    from cookiecutter.generate import generate_files

    from chanscaffold.optional_files import remove_unused

    source, output = os.path.join(work, "template"), os.path.join(work, "project")
    write_tree(files, os.path.join(source, PROJECT))
    write_tree(read_tree(os.path.join(template.path, INCLUDED)), os.path.join(source, INCLUDED))
    try:
        project = str(generate_files(source, variables, output, accept_hooks=False))
    except OSError:
        raise
    except Exception as error:
        raise _does_not_render(error, template, files) from error
    remove_unused(project, template.schema, variables["cookiecutter"])
    return project


def render_hook(template: Template, variables: dict[str, Any], work: str) -> str:
    """Render the post_gen hook into `work` and return its path; raise ChanscaffoldError if it does not render."""
    from cookiecutter.utils import create_env_with_context

    path = os.path.join(work, os.path.basename(HOOK))
    with open(os.path.join(template.path, HOOK), encoding="utf-8") as file:
        source = file.read()
    try:
        text = create_env_with_context(variables).from_string(source).render(**variables)
    except Exception as error:
        raise ChanscaffoldError(
            f"The template's {HOOK} does not render: {error}. Nothing was written."
        ) from error
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _does_not_render(error: Exception, template: Template, files: Tree) -> ChanscaffoldError:
    """Return the sentence that names the file and the reason; Cookiecutter wraps some errors in its own."""
    cause = getattr(error, "error", error)
    name, line = _place(cause, files)
    place = f"{name}{line}" or getattr(error, "message", type(error).__name__)
    reason = " ".join(str(getattr(cause, "message", cause)).split()).rstrip(".")
    if isinstance(cause, UnicodeDecodeError):
        reason = "it is no text in UTF-8"
    hint = ""
    for starter in template.starters:
        if name in starter.files:
            place = f"{starter.origin.name_of(f'overlay/{name}')}{line}"
            hint = (
                " (what is no template of Cookiecutter's is named in [files] copy_without_render)"
            )
        elif name in starter.patches:
            place = f"{starter.origin.name_of(f'overlay/{starter.patches[name]}')} ({name}{line})"
            hint = ""
    return ChanscaffoldError(
        f"The template does not render: {place}: {reason}{hint}. Nothing was written."
    )


def _place(error: Exception, files: Tree) -> tuple[str, str]:
    """Return the template's file and line where an error arose; Jinja puts both into the traceback."""
    import traceback

    if isinstance(error, UnicodeDecodeError):
        return next(
            (name for name, source in files.items() if source.content == error.object), ""
        ), ""
    if getattr(error, "lineno", None):
        return getattr(
            error, "filename", None
        ) or "a file name", f", line {getattr(error, 'lineno', 0)}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not (os.path.isabs(frame.filename) or frame.filename.startswith("<")):
            return frame.filename, f", line {frame.lineno}"
    return "", ""
