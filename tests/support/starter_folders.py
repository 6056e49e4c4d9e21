"""Starters for the tests: folders with a starter.toml and an overlay."""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from chanscaffold.cli import cli
from support.paths import ROOT

EXAMPLES = ROOT / "examples" / "starters"


@pytest.fixture
def own_home(tmp_path_factory, monkeypatch):
    """An empty home directory, which separates the tests from the user's settings and caches."""
    home = tmp_path_factory.mktemp("home")
    for variable, name in (
        ("HOME", ""),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
    ):
        monkeypatch.setenv(variable, str(home / name))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    return home


@dataclass
class Folder:
    """The folder of a starter."""

    path: Path

    def overlay(self, files):
        """Write {name: content} below overlay/."""
        for name, content in files.items():
            path = self.path / "overlay" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def toml(self, text):
        """Replace the starter.toml."""
        (self.path / "starter.toml").write_text(text, encoding="utf-8")
        return self


@pytest.fixture
def make_starter(tmp_path_factory, own_home):
    """Return a function that creates a starter. By default, it only has a valid name."""
    parent = tmp_path_factory.mktemp("starters")

    def make(toml="", overlay=None, name="acme"):
        folder = Folder(parent / name)
        folder.path.mkdir()
        return folder.toml(f'name = "{name}"\n{toml}').overlay(overlay or {})

    return make


def make_site(source, here, *flags):
    """Create the project `site` with a starter and the template of this checkout, without setup."""
    options = ["--starter", str(source), "--trust", "--no-setup", "--no-git", *flags]
    result = CliRunner().invoke(cli, ["new", str(here / "site"), *options])
    assert result.exit_code == 0, result.output
    return here / "site"


def export(source, out):
    """Merge a starter and the template into a new template."""
    result = CliRunner().invoke(cli, ["starter", "export", str(source), str(out), "--trust"])
    assert result.exit_code == 0, result.output
    return out


def cook(template, folder, home, *answers):
    """Render with plain Cookiecutter, and run the hooks of the template."""
    command = [sys.executable, "-m", "cookiecutter", template, "--no-input", "-o", folder]
    command += ["setup=false", *answers]
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "CHANSCAFFOLD_STEPS": "prune",
        "CHANSCAFFOLD_VERBOSITY": "-1",
    }
    return subprocess.run(
        list(map(str, command)), env=env, capture_output=True, text=True, check=False
    )


def digest(folder):
    """Return {name: (mode, hash)} of all files, without the origin of the template."""
    paths = (path for path in Path(folder).rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            hashlib.sha256(read_without_origin(path)).hexdigest(),
        )
        for path in paths
    }


def read_without_origin(path):
    """Return the content of a file. Of the record, omit the source and commit of the template."""
    content = path.read_bytes()
    if path.name != ".chanscaffold.toml":
        return content
    head, table, answers = content.partition(b"[answers]")
    return re.sub(rb"(?m)^(source|commit) = .*\n", b"", head) + table + answers
