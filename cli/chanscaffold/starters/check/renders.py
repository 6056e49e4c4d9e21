"""Render the projects of a starter, many at once, as `new` renders one."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from chanscaffold.destination import Target
from chanscaffold.files import read_tree
from chanscaffold.render import context, render, render_hook
from chanscaffold.run_hook import prune

if TYPE_CHECKING:
    from chanscaffold.files import Tree
    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.template import Template

SLUG = "shop"

# What neither set-up nor the project's own tests and its server read.
DESCRIPTIONS = (
    "*.md", ".chanscaffold*", ".dockerignore", ".github/*", ".gitlab-ci.yml", "Dockerfile", "compose.yaml",
    "deploy/compose.nginx.conf",
)  # fmt: skip


class Render(NamedTuple):
    """A rendered project.

    `choices` are the answers that vary, `names` those of its files, `fingerprint` a text that two projects share if
    they run the same code.
    """

    choices: Answers
    names: frozenset[str]
    fingerprint: str


class Renderer:
    """Renders projects of a template below a folder, which must exist; `answers` are those that do not vary."""

    def __init__(self, template: Template, files: Tree, answers: Answers, folder: str) -> None:
        self.template, self.files, self.answers, self.folder = template, files, answers, folder
        self.choices: list[
            Answers
        ] = []  # of each project, whose folder is named by its number here
        self._seen: set[str] = set()

    def render(self, choices: Answers) -> Render:
        """Render a project, prune it as the template's hook does, and keep it unless one with the same code is there.

        Raise ChanscaffoldError if it does not render.
        """
        self.choices.append(choices)
        work = os.path.join(self.folder, "work")
        os.mkdir(work)
        try:
            variables = context(self.template, {**self.answers, **choices}, Target(work, SLUG))
            project = render(self.template, self.files, variables, work)
            prune(render_hook(self.template, variables, work), project)
            return self._keep(choices, project)
        finally:
            shutil.rmtree(work)

    def _keep(self, choices: Answers, project: str) -> Render:
        tree = read_tree(project)
        fingerprint = _fingerprint(tree)
        if fingerprint not in self._seen:
            self._seen.add(fingerprint)
            os.rename(project, os.path.join(self.folder, str(len(self.choices) - 1)))
        return Render(choices, frozenset(tree), fingerprint)


def _fingerprint(tree: Tree) -> str:
    digest = hashlib.sha256()
    for name, source in tree.items():
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in DESCRIPTIONS):
            digest.update(
                f"{name}\0{source.mode}\0{len(source.content)}\0".encode() + source.content
            )
    return digest.hexdigest()
