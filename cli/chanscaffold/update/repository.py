"""The git repository of a project: where it keeps its files, and whether it is clean."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from typing import NamedTuple

from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.git_errors import GitError
from chanscaffold.starters.git.run_git import run_git

# Files and folders of a repository while something is running, and what ends it.
RUNNING = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
MAX_NAMED_FILES = 3  # in a message


class Repository(NamedTuple):
    """The folder of a project, the git folder of its work tree, and the current commit.

    `prefix` is the path of the project in its repository, empty at the top.
    """

    project: str
    git_folder: str
    prefix: str
    head: str

    @property
    def saved_tree(self) -> str:
        """The path of the archive with the files before the last update."""
        name = hashlib.sha256(self.prefix.encode(errors="surrogateescape")).hexdigest()[:12]
        return os.path.join(self.git_folder, "chanscaffold", f"update-{name}.zip")


def check_git() -> None:
    """Refuse to continue without git, which merges the files."""
    if shutil.which("git") is None:
        raise Refused("There is no git on your PATH, and an update needs it: install git.")


def open_repository(project: str) -> Repository:
    """Return the repository of a project; Refused if git cannot read one."""
    check_git()
    try:
        lines = _git(project, "rev-parse", "--absolute-git-dir", "--show-toplevel").splitlines()
        prefix = _git(project, "rev-parse", "--show-prefix").rstrip("\n")
        head = _git(project, "rev-parse", "--verify", "HEAD^{commit}").strip()
    except GitError as error:
        raise Refused(
            f"{project} has no commit that git can read ({error}): an update needs one, to compare "
            "with. Run `git init`, `git add --all` and `git commit` there."
        ) from error
    return Repository(project, lines[0], prefix, head)


def check_ready(repository: Repository) -> None:
    """Refuse a repository with a running merge or rebase, or with uncommitted files."""
    for file, name in RUNNING.items():
        if os.path.lexists(os.path.join(repository.git_folder, file)):
            ending = "git bisect reset" if name == "bisect" else f"git {name} --abort"
            raise Refused(f"A {name} is running in {repository.project}: end it, or `{ending}`.")
    output = _status(repository)
    if output:
        names = [line[3:] for line in output.split("\0") if line]
        others = f" and {len(names) - MAX_NAMED_FILES} more" if len(names) > MAX_NAMED_FILES else ""
        unfinished = os.path.exists(repository.saved_tree)
        remedy = "`git stash -u`" + (", or run `chanscaffold update --abort`" if unfinished else "")
        raise Refused(
            f"{repository.project} has uncommitted files ({', '.join(names[:MAX_NAMED_FILES])}"
            f"{others}): commit them, or {remedy}."
        )


def _status(repository: Repository) -> str:
    # The files of an untracked folder are listed as one. A submodule is not part of the project.
    options = (
        "--porcelain",
        "-z",
        "--untracked-files=normal",
        "--ignore-submodules",
        "--no-renames",
    )
    try:
        return _git(repository.project, "--no-optional-locks", "status", *options, "--", ".")
    except GitError as error:
        raise Refused(f"git cannot read {repository.project}: {error}.") from error


def list_python_files(project: str) -> list[str]:
    """Return the names of the Python files that git knows in a project, none without git."""
    try:
        output = _git(project, "ls-files", "-z", "--", "*.py")
    except GitError:
        return []
    return [name for name in output.split("\0") if name]


def reset_index(repository: Repository, names: list[str]) -> None:
    """Let the index have the committed version of these files again; GitError if it fails."""
    with tempfile.TemporaryFile() as paths:
        paths.write("\0".join(names).encode(errors="surrogateescape"))
        paths.seek(0)
        options = ("--quiet", "--pathspec-from-file=-", "--pathspec-file-nul")
        arguments = ("--literal-pathspecs", "reset", *options)
        run_git(*arguments, folder=repository.project, protocols="none", stdin=paths)


def _git(folder: str, *arguments: str) -> str:
    return os.fsdecode(run_git(*arguments, folder=folder, protocols="none"))
