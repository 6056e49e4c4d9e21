"""Render a project with Cookiecutter, which only this module imports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import CommandError
from chanscaffold.files import read_files, write_files
from chanscaffold.optional_files import remove_unused
from chanscaffold.template import POST_GEN_HOOK, PROJECT_FOLDER

if TYPE_CHECKING:
    from chanscaffold.files import Files
    from chanscaffold.template import Template

# The folder in which Cookiecutter finds what a template includes.
INCLUDES = "templates"
# For a file that is wholly a starter's.
HINT = " ([files] copy_without_render in starter.toml lists the files that are not templates)"


def make_context(template: Template, answers: dict[str, Any], parent: str) -> dict[str, Any]:
    """Return Cookiecutter's context for a project in `parent`.

    Cookiecutter does not render the answers in it again.
    """
    private = {
        key: value
        for key, value in template.schema.items()
        if key.startswith("_") and key != "__prompts__"
    }
    folders = {
        "_template": template.path,
        "_output_dir": parent,
        "_repo_dir": template.path,
        "_checkout": None,
    }
    ordered = {key: answers[key] for key in template.schema if key in answers}
    return {"cookiecutter": {**ordered, **private, **folders}, "_cookiecutter": ordered}


def render(template: Template, files: Files, context: dict[str, Any], folder: str) -> str:
    """Render a project inside `folder` and return the project's path.

    Run no hook, and remove the files that the answers exclude. Raise CommandError if a file does
    not render, and OSError if one cannot be written.
    """
    from cookiecutter.generate import generate_files

    source, output = os.path.join(folder, "template"), os.path.join(folder, "project")
    write_files(files, os.path.join(source, PROJECT_FOLDER))
    write_files(read_files(os.path.join(template.path, INCLUDES)), os.path.join(source, INCLUDES))
    try:
        project = str(generate_files(source, context, output, accept_hooks=False))
    except OSError:
        raise
    except Exception as error:
        raise _does_not_render(error, files) from error
    remove_unused(project, template.schema, context["cookiecutter"])
    return project


def render_hook(template: Template, context: dict[str, Any], folder: str) -> str:
    """Render the post_gen hook into `folder` and return its path.

    Raise CommandError if the hook does not render.
    """
    from cookiecutter.utils import create_env_with_context

    path = os.path.join(folder, os.path.basename(POST_GEN_HOOK))
    with open(os.path.join(template.path, POST_GEN_HOOK), encoding="utf-8") as file:
        source = file.read()
    try:
        text = create_env_with_context(context).from_string(source).render(**context)
    except Exception as error:
        raise CommandError(
            f"The template's {POST_GEN_HOOK} does not render: {error}. Nothing was written."
        ) from error
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _does_not_render(error: Exception, files: Files) -> CommandError:
    """Return the error with the file, the line and the reason."""
    cause = getattr(error, "error", error)  # Cookiecutter wraps some errors.
    if isinstance(cause, UnicodeDecodeError):
        name = next((name for name, file in files.items() if file.content == cause.object), "")
        line, reason = "", "it is not text in UTF-8"
    else:
        name, line = _find_place(cause)
        reason = " ".join(str(getattr(cause, "message", cause)).split()).rstrip(".")
    place = f"{name}{line}" or getattr(error, "message", type(error).__name__)
    hint = ""
    if name in files and files[name].origin:
        place = f"{files[name].origin} ({place})"
        hint = HINT if files[name].origin.endswith(name) else ""
    return CommandError(
        f"The template does not render: {place}: {reason}{hint}. Nothing was written."
    )


def _find_place(error: Exception) -> tuple[str, str]:
    """Return the template's file and line of an error, which Jinja puts into the traceback."""
    import traceback

    number = getattr(error, "lineno", None)
    if number:
        return getattr(error, "filename", None) or "a file name", f", line {number}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not (os.path.isabs(frame.filename) or frame.filename.startswith("<")):
            return frame.filename, f", line {frame.lineno}"
    return "", ""
