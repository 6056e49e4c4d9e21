"""Render the template with a project's answers, without the project."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.support import signals
from chanscaffold.files import list_files
from chanscaffold.render import make_context, render, render_hook
from chanscaffold.run_hook import prune
from chanscaffold.update.base_archive import BASE_ARCHIVE, RECORD
from chanscaffold.update.tree import EXECUTABLE, PLAIN, Entry

if TYPE_CHECKING:
    from chanscaffold.template import Template
    from chanscaffold.update.tree import Tree


class Rendered(NamedTuple):
    """A new project with the answers: its files, and apart from them its base and its record."""

    tree: Tree
    base_archive: Entry
    record: Entry


def render_project(template: Template, answers: dict[str, Any]) -> Rendered:
    """Return what `chanscaffold new` would write with these answers.

    Only the step "prune" of the hook runs. Raise CommandError if the template does not render.
    """
    folder = tempfile.mkdtemp(prefix="chanscaffold-")
    with signals.remove_on_signal(folder):
        try:
            context = make_context(template, answers, folder)
            project = render(template, template.files(), context, folder)
            prune(render_hook(template, context, folder), project)
            tree = {name: _read(os.path.join(project, name)) for name in list_files(project)}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Rendered(tree, tree.pop(BASE_ARCHIVE), tree.pop(RECORD))


def _read(path: str) -> Entry:
    with open(path, "rb") as file:
        is_executable = os.fstat(file.fileno()).st_mode & stat.S_IXUSR
        return Entry(file.read(), EXECUTABLE if is_executable else PLAIN)
