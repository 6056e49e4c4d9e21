"""The base that a project is born with: every file as rendered, the same for both ways in."""

import hashlib
import stat
import zipfile
from fnmatch import fnmatch

import pytest
from click.testing import CliRunner
from support.cookiecutters import git
from support.renders import BASE_ARCHIVE, TEMPLATE, list_files, load_hook, unused_files
from support.starter_folders import cook as cook_export
from support.starter_folders import export

from chanscaffold.cli import cli

RECORD = ".chanscaffold.toml"
MEBIBYTE = 1024 * 1024


def entries(project):
    """Return the entries of a base in their order, with the content."""
    with zipfile.ZipFile(project / BASE_ARCHIVE) as archive:
        return [(*facts_of(each), archive.read(each)) for each in archive.infolist()]


def facts_of(info):
    return info.filename, info.date_time, info.compress_type, info.external_attr, info.comment


def contents(project):
    return {name: content for name, *_, content in entries(project)}


@pytest.fixture
def new_project(clean_template, tmp_path):
    """Return a function that makes a project with the command, without set-up."""

    def make(*flags, template=clean_template, name="my-site"):
        command = ["new", tmp_path / name, "--template", template, "--no-setup", "--no-git", *flags]
        result = CliRunner().invoke(cli, list(map(str, command)))
        assert result.exit_code == 0, result.output
        return tmp_path / name

    return make


def test_the_base_contains_every_rendered_file(bake):
    project = bake({})
    names = sorted(list_files(project) - {BASE_ARCHIVE, RECORD})
    assert {"channels_realtime/__init__.py", "chat/views.py", ".gitignore"} < set(names)
    assert [name for name, *_ in entries(project)] == names
    assert contents(project) == {name: (project / name).read_bytes() for name in names}


@pytest.mark.parametrize("answers", [{"example": False}, {"docker": True, "ci": "gitlab"}], ids=str)
def test_the_base_has_no_file_of_an_option_that_is_not_chosen(bake, answers):
    project = bake(answers)
    assert set(contents(project)) == list_files(project) - {BASE_ARCHIVE, RECORD}
    for each in unused_files(answers):
        assert not [name for name in contents(project) if f"{name}/".startswith(f"{each}/")]


def test_entries_have_a_fixed_time_and_the_modes_that_git_knows(bake):
    for name, time, method, attributes, comment, _ in entries(bake({})):
        assert (time, method, comment) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_DEFLATED, b""), name
        mode = 0o755 if name in ("bootstrap.py", "manage.py") else 0o644
        assert attributes == (stat.S_IFREG | mode) << 16, name


def test_the_command_and_cookiecutter_make_the_same_entries(bake, new_project):
    ours = new_project("--layer", "redis", "--no-example", "--project-name", "My Site")
    assert entries(ours) == entries(bake({"layer": "redis", "example": False}))


@pytest.mark.parametrize("mask", [0o077, 0o002])
def test_the_modes_of_a_checkout_have_no_effect(template, new_project, clean_template, mask):
    for name in list_files(template):
        (template / name).chmod((0o777 if name.endswith("manage.py") else 0o666) & ~mask)
    (template / TEMPLATE.name / "bootstrap.py").chmod(0o777 & ~mask)
    assert entries(new_project(template=template, name="one")) != []
    one, two = new_project(template=template), new_project(name="two")
    assert [each[:4] for each in entries(one)] == [each[:4] for each in entries(two)]


def test_the_base_is_never_in_itself(bake, monkeypatch):
    project = bake({})
    before = entries(project)
    monkeypatch.chdir(project)
    load_hook().write_base()
    assert entries(project) == before


@pytest.fixture
def large(make_starter):
    """A starter with a file of one mebibyte, and another with a byte more."""
    files = {"docs/just.bin": b"\0" * MEBIBYTE, "docs/more.bin": b"\0" * (MEBIBYTE + 1)}
    return make_starter(overlay=files)


def holds_the_hash(project):
    found = {name: (comment, content) for name, *_, comment, content in entries(project)}
    digest = hashlib.sha256(b"\0" * (MEBIBYTE + 1)).hexdigest()
    assert found["docs/more.bin"] == (f"sha256:{digest}".encode(), b"")
    assert found["docs/just.bin"] == (b"", b"\0" * MEBIBYTE)


def test_the_base_has_only_the_hash_of_a_large_file(large, new_project, tmp_path, own_home):
    ours = new_project("--starter", large.path, "--trust", "--project-name", "Site", name="site")
    holds_the_hash(ours)
    template = export(large.path, tmp_path / "exported")
    result = cook_export(template, tmp_path / "plain", own_home, "project_name=Site")
    assert result.returncode == 0, result.stderr
    assert entries(tmp_path / "plain" / "site") == entries(ours)


def test_the_base_is_in_the_first_commit_with_the_record(cook, clean_template):
    assert cook(clean_template, CHANSCAFFOLD_STEPS="prune,git").returncode == 0
    assert {BASE_ARCHIVE, RECORD} < set(
        git(cook.project, "ls-tree", "-r", "--name-only", "HEAD").split()
    )
    assert git(cook.project, "status", "--porcelain") == ""
    assert git(cook.project, "rev-list", "--count", "HEAD") == "1"


def test_docker_ignores_the_base():
    patterns = (TEMPLATE / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert any(fnmatch(BASE_ARCHIVE, pattern) for pattern in patterns)
