"""Add the template, which is at the root of the repository, and its commit to sdist and wheel."""

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
FOLDERS = {"sdist": "", "wheel": "chanscaffold/_template/"}


class TemplateHook(BuildHookInterface[Any]):
    """Add the template to the archive. An editable install uses the checkout instead.

    The hook adds each part by name, because hatchling would apply the template's own .gitignore.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the parts of the template, and the file COMMIT if the commit is known."""
        if version == "editable":
            return
        folder = FOLDERS[self.target_name]
        for part in (*PARTS[:2], *project_parts(self.root), LIBRARY_SOURCE):
            build_data["force_include"][part] = folder + part
        commit = find_commit(self.root)
        if commit:
            self.file = self._write(commit)
            build_data["force_include"][self.file] = folder + COMMIT

    def finalize(self, *_: Any) -> None:
        """Remove the temporary file."""
        if hasattr(self, "file"):
            os.unlink(self.file)

    def _write(self, commit: str) -> str:
        with tempfile.NamedTemporaryFile("w", encoding="ascii", delete=False) as file:
            file.write(f"{commit}\n")
        return file.name


def project_parts(root: str) -> list[str]:
    """Return the files of the template's folder, without the library that pre_prompt.py copies."""
    names = sorted(os.listdir(os.path.join(root, PROJECT)))
    return [f"{PROJECT}/{name}" for name in names if name != LIBRARY]


def find_commit(root: str) -> str:
    """Return the commit of the template, or an empty string if it is not known.

    In a git work tree, it is the current commit, unless the template has uncommitted changes. In
    an unpacked sdist, the file COMMIT contains it.
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
