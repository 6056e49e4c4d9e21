"""The commit of a starter's folder, if its files are unchanged."""

import os
import shutil

import pytest
from support.git_repositories import TOML

from chanscaffold.starters.git.folder_commit import find_commit
from chanscaffold.starters.overlay import read_manifest_file, read_overlay


def commit_of(folder):
    """Return the commit of a starter's folder."""
    manifest = read_manifest_file(str(folder))
    return find_commit(str(folder), manifest, read_overlay(str(folder / "overlay")))


@pytest.fixture
def work(repository, tmp_path):
    """A clone with a starter in it, committed."""
    repository.commit(
        {"bin": {"run": ("100755", "run")}, "é.txt": "é", "d": {"a": "a"}}, **{"README.md": "x"}
    )
    folder = tmp_path / "work"
    repository.git("clone", "-q", repository.url, str(folder), cwd=tmp_path)
    return folder


def test_an_unchanged_folder_has_its_commit(repository, work):
    assert commit_of(work) == repository.git("rev-parse", "main")


def test_a_folder_inside_a_repository_has_its_commit(make_repository, tmp_path):
    repository = make_repository("many.git")
    repository.commit(
        toml=None,
        starters={"acme": {"starter.toml": TOML, "overlay": {"a": "a"}}},
        **{"starter.toml": "x"},
    )
    repository.git("clone", "-q", repository.url, str(tmp_path / "many"), cwd=tmp_path)
    folder = tmp_path / "many" / "starters" / "acme"
    assert commit_of(folder) == repository.git("rev-parse", "main")
    (tmp_path / "many" / "starter.toml").write_text("changed beside it")
    assert commit_of(folder) is not None
    (folder / "overlay" / "a").write_text("b")
    assert commit_of(folder) is None


def test_a_repository_of_sha256_hashes_has_commits(make_repository, tmp_path):
    repository = make_repository(kind="sha256")
    commit = repository.commit({"a": "a"})
    repository.git("clone", "-q", repository.url, str(tmp_path / "work"), cwd=tmp_path)
    assert (commit_of(tmp_path / "work"), len(commit)) == (commit, 64)


CHANGES = {
    "a file is changed": lambda work: (work / "overlay/d/a").write_text("b"),
    "the starter.toml is changed": lambda work: (work / "starter.toml").write_text("b"),
    "a file is added": lambda work: (work / "overlay/new").write_text("b"),
    "a file is added that git ignores": lambda work: [
        (work / ".gitignore").write_text("new"),
        (work / "overlay/new").touch(),
    ],
    "a file is removed": lambda work: (work / "overlay/d/a").unlink(),
    "the overlay is removed": lambda work: shutil.rmtree(work / "overlay"),
    "a file can be run": lambda work: (work / "overlay/d/a").chmod(0o755),
    "a file can no longer be run": lambda work: (work / "overlay/bin/run").chmod(0o644),
    "there is no repository": lambda work: shutil.rmtree(work / ".git"),
    "the repository is broken": lambda work: shutil.rmtree(work / ".git/objects"),
    "the configuration is broken": lambda work: (work / ".git/config").write_text("["),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_folder_is_unversioned_if(work, change):
    CHANGES[change](work)
    assert commit_of(work) is None


def test_a_folder_is_unversioned_before_the_first_commit(tmp_path, repository):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "starter.toml").write_text(TOML)
    repository.git("init", "-q", cwd=tmp_path / "new")
    assert commit_of(tmp_path / "new") is None


def test_a_folder_is_unversioned_without_git(work, without_git):
    without_git()
    assert commit_of(work) is None


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away"
)
def test_a_folder_of_another_user_is_unversioned(work):
    for path in (work, work / ".git"):
        os.chown(path, 12345, 12345)
    assert commit_of(work) is None


@pytest.mark.parametrize("name", [".DS_Store", "__pycache__/a.pyc", "d/a.pyc"])
def test_leftovers_of_tools_are_ignored(work, name):
    path = work / "overlay" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert commit_of(work) is not None


def test_committed_leftovers_are_ignored(repository, tmp_path):
    commit = repository.commit({"__pycache__": {"a.pyc": "x"}, "a": "a"})
    repository.git("clone", "-q", repository.url, str(tmp_path / "work"), cwd=tmp_path)
    shutil.rmtree(tmp_path / "work" / "overlay" / "__pycache__")
    assert commit_of(tmp_path / "work") == commit


def test_programs_in_the_configuration_of_the_repository_do_not_run(repository, work, tmp_path):
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/done\n")
    program.chmod(0o755)
    (work / ".gitattributes").write_text("* filter=evil diff=evil\n")
    hooks = work / ".git" / "evil-hooks"
    hooks.mkdir()
    for name in (
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "fsmonitor-watchman",
    ):
        shutil.copy(program, hooks / name)
    settings = [
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass",
        "core.alternateRefsCommand", "filter.evil.clean", "filter.evil.smudge",
        "filter.evil.process", "diff.evil.textconv", "diff.external", "gpg.program",
        "credential.helper", "alias.rev-parse", "alias.ls-tree",
    ]  # fmt: skip
    for setting in settings:
        repository.git("config", setting, str(program), cwd=work)
    repository.git("config", "core.hooksPath", str(hooks), cwd=work)
    # What is missing would be fetched from here, by way of core.sshCommand.
    for setting, value in (
        ("url", "ssh://evil/x"),
        ("promisor", "true"),
        ("partialCloneFilter", "blob:none"),
    ):
        repository.git("config", f"remote.origin.{setting}", value, cwd=work)
    repository.git("config", "extensions.partialClone", "origin", cwd=work)
    repository.git("config", "core.repositoryFormatVersion", "1", cwd=work)
    (work / "overlay" / "d" / "a").touch()
    commit_of(work)
    shutil.rmtree(
        work / ".git" / "objects" / repository.git("rev-parse", "main^{tree}")[:2],
        ignore_errors=True,
    )
    for pack in (work / ".git" / "objects").rglob("*.pack"):
        pack.unlink()
    assert commit_of(work) is None
    assert not (tmp_path / "done").exists()
