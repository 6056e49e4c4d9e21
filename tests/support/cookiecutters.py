"""Plain Cookiecutter as a child process, and templates for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.renders import list_files


@pytest.fixture
def cook(tmp_path, tmp_path_factory):
    """Run `cookiecutter TEMPLATE` in an empty folder, with an empty home directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    variables = {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "TMPDIR": str(tmp_path_factory.mktemp("tmp")),
        "CHANSCAFFOLD_STEPS": "prune",
        "CHANSCAFFOLD_VERBOSITY": "-1",
    }

    def run(template, *arguments, answers=("--no-input", "setup=false"), **more):
        command = [sys.executable, "-m", "cookiecutter", template, *arguments, *answers]
        env = {**os.environ, **variables, **more}
        pipes = {"capture_output": True, "text": True}
        return subprocess.run(list(map(str, command)), cwd=folder, env=env, check=False, **pipes)

    run.folder, run.project = folder, folder / "my-site"
    return run


@pytest.fixture
def template(clean_template, tmp_path):
    """A clean copy of the template, which the test may change."""
    return Path(shutil.copytree(clean_template, tmp_path / "template" / "chanscaffold"))


def git(folder, *arguments):
    """Run git with a fixed author, and return its output."""
    author = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgSign=false")
    command = ["git", "-C", folder, *author, *arguments]
    result = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return result.stdout.strip()


def commit_all(folder, message="Begin"):
    """Create a repository in a folder, commit all files, and return the hash of the commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def publish(repository, address):
    """Create a bare repository, as on a server, and return its address."""
    git(repository, "clone", "--quiet", "--bare", ".", address)
    return address


def read_files(project):
    """Return {name: content} of the files of a project."""
    return {name: (project / name).read_bytes() for name in list_files(project)}
