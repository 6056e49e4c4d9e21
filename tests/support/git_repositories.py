"""Bare repositories for the tests of starters from git, with valid and invalid trees."""

import os
import subprocess
import sys

import pytest

from chanscaffold.starters.git.address import parse_address

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "A Tester"),
        ("EMAIL", "tester@example.com"),
        ("DATE", "2026-01-01T00:00:00+0000"),
    )
}
TOML = 'name = "acme"\n'
FOLDER, LINK, SUBMODULE = "40000", "120000", "160000"


class Repository:
    """A bare repository without a work tree, so that its trees may be invalid."""

    def __init__(self, path, kind="sha1"):
        self.path = path
        self.url = f"file://{path}"
        options = ("-q", "--bare", "-b", "main", f"--object-format={kind}")
        self.git("init", *options, str(path), cwd=path.parent)

    def git(self, *arguments, text=b"", cwd=None):
        """Run git in the repository, and return its output."""
        environment = {**os.environ, **IDENTITY}
        command = ["git", *arguments]
        done = subprocess.run(
            command,
            cwd=cwd or self.path,
            input=text,
            env=environment,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def write(self, kind, content):
        """Write an object, valid or not, and return its hash."""
        return self.git("hash-object", "-t", kind, "--literally", "-w", "--stdin", text=content)

    def tree(self, files):
        """Write a tree of {name: text, a dict for a folder, or (mode, text)} and return its hash.

        The names may be invalid. A folder and a submodule may be given by their hash.
        """
        content, blobs = b"", {}
        for name, entry in files.items():
            mode, value = (
                entry
                if isinstance(entry, tuple)
                else (FOLDER if isinstance(entry, dict) else "100644", entry)
            )
            if isinstance(value, dict):
                value = self.tree(value)
            elif mode not in (FOLDER, SUBMODULE):
                blobs[value] = blobs.get(value) or self.write("blob", value.encode())
                value = blobs[value]
            content += f"{mode} {name}\0".encode(errors="surrogateescape") + bytes.fromhex(value)
        return self.write("tree", content)

    def commit(self, files=None, branch="main", toml=TOML, **others):
        """Commit a starter with files in its overlay and other files; return the hash."""
        tree = {"starter.toml": toml, "overlay": files, **others}
        tree = self.tree({name: entry for name, entry in tree.items() if entry is not None})
        commit = self.git("commit-tree", tree, "-m", "x")
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def address(self, ref=""):
        """Return the address of the repository, optionally with a ref."""
        return parse_address(f"{self.url}@{ref}" if ref else self.url)


@pytest.fixture
def make_repository(tmp_path, own_home):
    return lambda name="acme.git", **settings: Repository(tmp_path / name, **settings)


@pytest.fixture
def repository(make_repository):
    return make_repository()


@pytest.fixture
def without_git(monkeypatch):
    """Return a function that removes git from PATH."""
    return lambda: monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
