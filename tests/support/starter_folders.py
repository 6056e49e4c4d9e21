"""Starters for the tests: folders with a starter.toml and an overlay, made from texts."""

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
    """A home of its own: nothing that the user keeps or trusts reaches a test, and the other way round."""
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
    """A starter's folder."""

    path: Path

    def overlay(self, files):
        """Write files below overlay/, by name."""
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
    """Return a function that makes a starter; what is not given is a valid name and nothing else."""
    place = tmp_path_factory.mktemp("starters")

    def make(toml="", overlay=None, name="acme"):
        folder = Folder(place / name)
        folder.path.mkdir()
        return folder.toml(f'name = "{name}"\n{toml}').overlay(overlay or {})

    return make


def make_with_ours(source, here, *flags):
    """Make the project `site` with our own template and a starter, without set-up."""
    arguments = [
        "new",
        str(here / "site"),
        "--starter",
        str(source),
        "--trust",
        "--no-setup",
        "--no-git",
        *flags,
    ]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return here / "site"


def export(source, out):
    """Write a starter and our template as a template of its own."""
    result = CliRunner().invoke(cli, ["starter", "export", str(source), str(out), "--trust"])
    assert result.exit_code == 0, result.output
    return out


def cook(template, folder, home, *answers):
    """Render with plain Cookiecutter, whose own hooks run."""
    command = [
        sys.executable,
        "-m",
        "cookiecutter",
        template,
        "--no-input",
        "-o",
        folder,
        "setup=false",
        *answers,
    ]
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
    """Return every file's mode and content, without the template's origin, which may differ."""
    paths = (path for path in Path(folder).rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            hashlib.sha256(content_of(path)).hexdigest(),
        )
        for path in paths
    }


def content_of(path):
    """Return a file's content; of a record, without the lines that say where the template is from."""
    content = path.read_bytes()
    if path.name != ".chanscaffold.toml":
        return content
    facts, table, answers = content.partition(b"[answers]")
    return re.sub(rb"(?m)^(source|commit) = .*\n", b"", facts) + table + answers
