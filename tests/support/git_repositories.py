"""Bare repositories for the tests of starters from git, with any tree in them, good or bad."""

import os
import subprocess
import sys

import pytest

from chanscaffold.starters.git.address import parse

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
    """A bare repository that is fetched from, made of texts and not of a work tree: any tree can be in it."""

    def __init__(self, path, kind="sha1"):
        self.path = path
        self.url = f"file://{path}"
        self.git(
            "init",
            "-q",
            "--bare",
            "-b",
            "main",
            f"--object-format={kind}",
            str(path),
            at=path.parent,
        )

    def git(self, *arguments, text=b"", at=None):
        """Run git in the repository and return what it prints."""
        environment = {**os.environ, **IDENTITY}
        command = ["git", *arguments]
        done = subprocess.run(
            command,
            cwd=at or self.path,
            input=text,
            env=environment,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def write(self, kind, content):
        """Write an object, good or bad, and return its hash."""
        return self.git("hash-object", "-t", kind, "--literally", "-w", "--stdin", text=content)

    def tree(self, files):
        """Write a tree of {name: text, a dict for a folder, or (mode, text)} and return its hash.

        The names may be anything. A folder and a submodule can be given by their hash.
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
        """Commit a starter with these files in its overlay, and others beside it, and return the hash."""
        tree = {"starter.toml": toml, "overlay": files, **others}
        tree = self.tree({name: entry for name, entry in tree.items() if entry is not None})
        commit = self.git("commit-tree", tree, "-m", "x")
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def address(self, ref=""):
        """Return the address of one of its versions."""
        return parse(f"{self.url}@{ref}" if ref else self.url)


@pytest.fixture
def make_repository(tmp_path, own_home):
    return lambda name="acme.git", **settings: Repository(tmp_path / name, **settings)


@pytest.fixture
def repository(make_repository):
    return make_repository()


@pytest.fixture
def without_git(monkeypatch):
    """Return a function after which there is no git any more."""
    return lambda: monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
