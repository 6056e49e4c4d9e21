"""Compare `update --check` and a whole update without proof with the rendering of a project.

Run `python benchmarks/update.py [ROUNDS] [--quick]`.

The project has the default answers. The check finds nothing to do. The update is to a template in
which eight files differ, in a repository whose owner has changed three of them. Git itself takes a
part of the update, which the last line shows alone.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from functools import partial

from click.testing import CliRunner
from compare import compare, parse_rounds
from render import copy_template, with_chanscaffold

from chanscaffold.cli import cli
from chanscaffold.template import PROJECT_FOLDER

CHANGED = (
    "config/settings.py",
    "config/urls.py",
    "config/asgi.py",
    "chat/views.py",
    "chat/models.py",
    "accounts/views.py",
    "deploy/README.md",
    "README.md",
)
OWN = CHANGED[:3]
GIT = (
    ("rev-parse", "--absolute-git-dir", "--show-toplevel"),
    ("rev-parse", "--show-prefix"),
    ("rev-parse", "--verify", "HEAD^{commit}"),
    ("status", "--porcelain", "-z", "--untracked-files=normal", "--no-renames", "--", "."),
)
numbers = itertools.count()


def chanscaffold(*arguments: str, code: int = 0) -> None:
    """Run the command in this process."""
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output


def git(folder: str, *arguments: str) -> None:
    """Run git."""
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def make_project(folder: str, template: str) -> str:
    """Make a committed project, in which the owner has changed the end of some files."""
    project = os.path.join(folder, "mysite")
    chanscaffold("new", project, "--template", template, "--no-setup", "-q")
    append(project, OWN, "\n# The owner's.\n")
    git(project, "commit", "--quiet", "--all", "--message", "Edit")
    return project


def append(folder: str, names: tuple[str, ...], text: str, first: bool = False) -> None:
    """Add a text at the end of some files, or at the beginning."""
    for name in names:
        path = os.path.join(folder, *name.split("/"))
        with open(path, encoding="utf-8") as file:
            content = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + content if first else content + text)


def update(project: str, template: str) -> None:
    """Update a project without proof."""
    chanscaffold("update", project, "--template", template, "--no-proof")


def update_once(folder: str, project: str, template: str) -> None:
    """Update a copy of a project."""
    update(shutil.copytree(project, os.path.join(folder, str(next(numbers)), "mysite")), template)


def copy_once(folder: str, project: str) -> None:
    """Copy a project only, which `update_once` does, too."""
    shutil.copytree(project, os.path.join(folder, str(next(numbers)), "mysite"))


def run_git(project: str) -> None:
    """Run the commands of git that an update runs."""
    for arguments in GIT:
        git(project, *arguments)


def main() -> None:
    """Compare the commands."""
    rounds = parse_rounds(__doc__, 20)
    with tempfile.TemporaryDirectory() as folder:
        before = copy_template(os.path.join(folder, "before"))
        after = copy_template(os.path.join(folder, "after"))
        append(os.path.join(after, PROJECT_FOLDER), CHANGED, "\n\n", first=True)
        project = make_project(folder, before)
        renders = os.path.join(folder, "renders")
        check = ("update", project, "--template", before, "--check")
        candidates = {
            "render": partial(with_chanscaffold, renders),
            "update --check, nothing to do": partial(chanscaffold, *check),
            "update --no-proof, with a copy of the project": partial(
                update_once, folder, project, after
            ),
            "the copy of the project alone": partial(copy_once, folder, project),
            "the commands of git alone": partial(run_git, project),
        }
        compare(candidates, rounds)


if __name__ == "__main__":
    main()
