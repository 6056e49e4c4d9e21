"""Ship the template, which lies at the repository's root, and its commit in the sdist and the wheel."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROJECT = "{{cookiecutter.project_slug}}"
LIBRARY = "channels_realtime"
LIBRARY_SOURCE = f"realtime/src/{LIBRARY}"
PARTS = ("cookiecutter.json", "hooks", PROJECT, LIBRARY_SOURCE)
COMMIT = "COMMIT"
PLACES = {"sdist": "", "wheel": "chanscaffold/_template/"}


class TemplateHook(BuildHookInterface[Any]):
    """Put the template at its place in the archive; an editable install reads the checkout itself.

    The files are named one by one, because hatchling would leave out what the template's own
    .gitignore names.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the template's parts, and the file COMMIT where the commit is known."""
        if version == "editable":
            return
        place = PLACES[self.target_name]
        for part in (*PARTS[:2], *project_parts(self.root), LIBRARY_SOURCE):
            build_data["force_include"][part] = place + part
        commit = find_commit(self.root)
        if commit:
            self.file = self._write(commit)
            build_data["force_include"][self.file] = place + COMMIT

    def finalize(self, *_: Any) -> None:
        """Remove the temporary file."""
        if hasattr(self, "file"):
            os.unlink(self.file)

    def _write(self, commit: str) -> str:
        with tempfile.NamedTemporaryFile("w", encoding="ascii", delete=False) as file:
            file.write(f"{commit}\n")
        return file.name


def project_parts(root: str) -> list[str]:
    """Return what lies in the template's folder, without a library that pre_prompt.py has copied."""
    names = sorted(os.listdir(os.path.join(root, PROJECT)))
    return [f"{PROJECT}/{name}" for name in names if name != LIBRARY]


def find_commit(root: str) -> str:
    """Return the commit whose template is packaged, empty if it is not known.

    In a git work tree that is its commit, if the template's files are those; in an unpacked sdist
    what COMMIT says.
    """
    if os.path.exists(os.path.join(root, ".git")):
        return _commit_of(root)
    try:
        with open(os.path.join(root, COMMIT), encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def _commit_of(root: str) -> str:
    try:
        changes = _git(root, "status", "--porcelain", "--untracked-files=all", "--", *PARTS)
        return "" if changes else _git(root, "rev-parse", "--verify", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(root: str, *arguments: str) -> str:
    settings = ("-c", "core.fsmonitor=false", "-c", f"core.excludesFile={os.devnull}")
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *settings, *arguments]
    output = subprocess.check_output(command, cwd=root, env=env, stderr=subprocess.DEVNULL)
    return output.decode(errors="replace").strip()
