"""What a project's record says of its template's origin: what is known, nothing of this machine."""

import shutil
import threading
import tomllib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from support.cookiecutters import commit_all, git, publish, read_files
from support.option_matrix import SCHEMA
from support.paths import ROOT
from support.renders import LIBRARY, TEMPLATE, load_hook

from chanscaffold.cli import cli

RECORD = ".chanscaffold.toml"


def record(project):
    """Return a project's record without the answers."""
    found = tomllib.loads((project / RECORD).read_text(encoding="utf-8"))
    found.pop("answers")
    return found


def origin(project):
    found = record(project)
    return {key: found[key] for key in found if key not in ("version", "change")}


@pytest.fixture
def committed(template):
    """A template in a repository of its own, as a clean clone has it, and its commit."""
    shutil.copy(ROOT / ".gitignore", template)
    return template, commit_all(template)


@pytest.fixture
def new_project(tmp_path):
    """Return a function that makes a project with the command."""

    def make(template, *flags, name="site"):
        command = ["new", tmp_path / name, "--template", template, "--no-setup", "--no-git", *flags]
        result = CliRunner().invoke(cli, list(map(str, command)))
        assert result.exit_code == 0, result.output
        return tmp_path / name

    return make


# The source


@pytest.mark.parametrize(
    ("template", "source"),
    [
        ("gh:acme/chanscaffold", "gh:acme/chanscaffold"),
        ("acme:chanscaffold", "acme:chanscaffold"),
        ("https://example.com/acme/chanscaffold.git", "https://example.com/acme/chanscaffold.git"),
        ("HTTPS://Example.com:8443/a", "HTTPS://Example.com:8443/a"),
        ("https://[::1]:8443/a.git", "https://[::1]:8443/a.git"),
        ("https://example.com/main.zip", "https://example.com/main.zip"),
        ("git+https://example.com/a", "git+https://example.com/a"),
        ("hg+ssh://example.com/a", "hg+ssh://example.com/a"),
        ("git://example.com/a.git", "git://example.com/a.git"),
        ("ssh://git@example.com:22/a.git", "ssh://example.com:22/a.git"),
        ("git@example.com:acme/a.git", "example.com:acme/a.git"),
        ("example.com:acme/a.git", "example.com:acme/a.git"),
        ("https://user@example.com/a", "https://example.com/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a?token=secret", "https://example.com/a"),
        ("https://example.com/a#secret", "https://example.com/a"),
        ("user:secret@example.com:a.git", "example.com:a.git"),
    ],
)
def test_an_address_is_recorded_without_credentials_and_query(template, source):
    assert load_hook().find_source(template) == source


@pytest.mark.parametrize(
    "template",
    [
        "", "None", ".", "..", "~/chanscaffold", "/srv/chanscaffold", "./chanscaffold",
        "chanscaffold", "../templates/chan:scaffold", "/srv/git@host:chanscaffold",
        "C:\\templates\\a", "C:/templates/a", "c:a", "\\\\server\\share\\a",
        "file:///srv/a.git", "FILE:///srv/a.git", "file:srv/a", "git+file:///srv/a.git",
        "a.zip", "/srv/a.zip", "host:a.zip",
        "https:", "https://", "https:example.com/a", "s3://bucket/a",
        "https://user:sec/ret@example.com/a", "https://user:sec@ret@example.com/a",
        "https://example.com/a@b", "https://example.com/a b", "https://example.com/a\\b",
        'https://example.com/a"b', "https://example.com/a\nb = 1", "https://example.com/\x1b[0m",
        "host:a\u2028b",
    ],
)  # fmt: skip
def test_a_local_or_unsupported_address_is_not_recorded(template):
    assert load_hook().find_source(template) == ""


@pytest.fixture
def abbreviated(committed, tmp_path):
    """The arguments for a clone of the template from `gh:`, which is a local folder."""
    publish(committed[0], tmp_path / "acme" / "chanscaffold.git")
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"abbreviations:\n  gh: file://{tmp_path}/{{0}}.git\n", encoding="utf-8")
    return "gh:acme/chanscaffold", "--config-file", settings


def test_an_abbreviation_is_recorded_as_it_was_given(cook, committed, abbreviated):
    result = cook(*abbreviated)
    assert result.returncode == 0, result.stderr
    assert origin(cook.project) == {"source": "gh:acme/chanscaffold", "commit": committed[1]}


@pytest.fixture
def web(committed, tmp_path):
    """The address of the template's repository on a web server, which takes any password."""
    served = tmp_path / "served"
    git(publish(committed[0], served / "chanscaffold.git"), "update-server-info")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Do not log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(served)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}/chanscaffold.git"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_password_in_the_address_is_in_no_file_of_the_project(cook, web, committed):
    result = cook(f"http://user:hunter2@{web}", CHANSCAFFOLD_STEPS="prune,git")
    assert result.returncode == 0, result.stderr
    assert origin(cook.project) == {"source": f"http://{web}", "commit": committed[1]}
    for path in cook.project.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes(), path


# The commit


def test_a_clean_clone_is_recorded_by_its_commit_alone(cook, committed, new_project):
    template, commit = committed
    assert cook(template).returncode == 0
    expected = {"version": "0.1.0", "change": len(SCHEMA["_changes"]), "commit": commit}
    assert record(cook.project) == record(new_project(template)) == expected
    text = (cook.project / RECORD).read_text(encoding="utf-8")
    assert str(template) not in text


def test_an_address_is_recorded_with_the_commit_of_the_tag(cook, committed, tmp_path):
    template, commit = committed
    git(template, "tag", "v1")
    (template / TEMPLATE.name / "more.txt").touch()
    commit_all(template, "More")
    address = publish(template, tmp_path / "chanscaffold.git")
    result = cook(f"file://{address}", "--checkout", "v1")
    assert result.returncode == 0, result.stderr
    assert origin(cook.project) == {"commit": commit}


def append(path):
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


LIBRARY_SOURCE = f"realtime/src/{LIBRARY}"
CHANGES = {
    "modified": lambda template: append(template / "cookiecutter.json"),
    "added": lambda template: (template / TEMPLATE.name / "chat" / "more.txt").touch(),
    "ignored by the user": lambda template: (template / TEMPLATE.name / "more.log").touch(),
    "removed": lambda template: (template / TEMPLATE.name / "deploy" / "README.md").unlink(),
    "of the library": lambda template: (template / LIBRARY_SOURCE / "more.py").touch(),
    "of a hook": lambda template: append(template / "hooks" / "pre_prompt.py"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_template_that_was_changed_has_no_commit(cook, committed, new_project, change):
    template, _ = committed
    (template / ".git" / "info" / "exclude").write_text("*.log\n", encoding="utf-8")
    CHANGES[change](template)
    assert cook(template).returncode == 0
    assert origin(cook.project) == {}
    assert origin(new_project(template)) == {}


def test_changes_outside_the_template_are_ignored(cook, committed):
    template, commit = committed
    (template / "notes.txt").touch()
    cache = template / TEMPLATE.name / "chat" / "__pycache__"
    cache.mkdir()
    (cache / "views.cpython-311.pyc").write_bytes(b"\0")
    (template / TEMPLATE.name / LIBRARY).mkdir()
    (template / TEMPLATE.name / LIBRARY / "old.py").touch()
    (template / TEMPLATE.name / "manage.py").touch()
    assert cook(template).returncode == 0
    assert origin(cook.project) == {"commit": commit}


def test_windows_line_ends_are_not_a_change(cook, committed):
    template, commit = committed
    path = template / TEMPLATE.name / ".env.example"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert cook(template).returncode == 0
    assert origin(cook.project) == {"commit": commit}


def test_a_sha256_repository_has_commits(cook, template):
    git(template, "init", "--quiet", "--object-format=sha256")
    commit = commit_all(template)
    assert len(commit) == 64
    assert cook(template).returncode == 0
    assert origin(cook.project) == {"commit": commit}


def test_a_folder_inside_a_repository_has_no_commit(cook, template, new_project):
    commit_all(template.parent)
    assert cook(template).returncode == 0
    assert origin(cook.project) == {}
    assert origin(new_project(template)) == {}


def test_a_copy_inside_the_repository_has_no_commit(committed, new_project):
    template, _ = committed
    copy = shutil.copytree(template, template / "copy", ignore=shutil.ignore_patterns(".git"))
    assert origin(new_project(copy)) == {}


def test_a_repository_without_a_commit_records_none(cook, template):
    git(template, "init", "--quiet")
    result = cook(template)
    assert (result.returncode, result.stderr) == (0, "")
    assert origin(cook.project) == {}


@pytest.mark.parametrize("content", ["not a repository", "gitdir: /nowhere\n"])
def test_a_broken_repository_records_no_commit(cook, template, content):
    (template / ".git").write_text(content)
    result = cook(template)
    assert (result.returncode, result.stderr) == (0, "")
    assert origin(cook.project) == {}


def test_without_git_no_commit_is_recorded(cook, committed, tmp_path):
    (tmp_path / "bin").mkdir()
    result = cook(committed[0], PATH=str(tmp_path / "bin"))
    assert (result.returncode, result.stderr) == (0, "")
    assert origin(cook.project) == {}


@pytest.mark.parametrize("length", [40, 64])
def test_a_packaged_template_has_its_commit(cook, template, new_project, length):
    (template / "COMMIT").write_text("0" * length + "\n")
    assert cook(template).returncode == 0
    assert origin(cook.project) == origin(new_project(template)) == {"commit": "0" * length}


NO_COMMITS = [b"", b"main", b"0" * 39, b"0" * 41, b'0"\nx = 1', b"\xff" * 40]


@pytest.mark.parametrize("content", NO_COMMITS)
def test_an_invalid_packaged_commit_is_not_recorded(cook, template, content):
    (template / "COMMIT").write_bytes(content)
    assert cook(template).returncode == 0
    assert origin(cook.project) == {}


PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.gitProxy",
    "credential.helper",
    "diff.external",
    "filter.x.clean",
    "filter.x.smudge",
    "alias.ls-tree",
    "alias.rev-parse",
)


def test_programs_in_the_repositorys_configuration_do_not_run(
    cook, committed, new_project, tmp_path
):
    template, commit = committed
    program, calls = tmp_path / "program", tmp_path / "calls"
    program.write_text(f"#!/bin/sh\necho $0 $@ >> {calls}\ncat\n")
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "post-checkout", "reference-transaction"):
        (hooks / name).symlink_to(program)
    for name in PROGRAMS:
        git(template, "config", name, f"!{program}" if name.startswith("alias") else program)
    git(template, "config", "core.hooksPath", hooks)
    (template / ".git" / "info" / "attributes").write_text("* filter=x\n")
    (template / TEMPLATE.name / "manage.py").touch()
    assert cook(template).returncode == 0
    assert origin(cook.project) == origin(new_project(template)) == {"commit": commit}
    assert not calls.exists()


def test_other_repositories_are_ignored(cook, committed, tmp_path):
    template, commit = committed
    other = tmp_path / "other"
    other.mkdir()
    assert commit_all(other) != commit
    result = cook(template, GIT_DIR=str(other / ".git"), GIT_WORK_TREE=str(other))
    assert result.returncode == 0, result.stderr
    assert origin(cook.project) == {"commit": commit}


# The command and Cookiecutter


def test_the_command_and_cookiecutter_differ_in_source_and_commit_only(
    cook, committed, abbreviated, new_project
):
    answers = ("--no-input", "setup=false", "docker=true", "layer=redis")
    assert cook(*abbreviated, answers=answers).returncode == 0
    shutil.rmtree(committed[0] / ".git")
    flags = ("--docker", "--layer", "redis")
    ours = read_files(new_project(committed[0], *flags, name="my-site"))
    theirs = read_files(cook.project)
    text = theirs.pop(RECORD)
    assert ours.pop(RECORD) == without_origin(text) != text
    assert ours == theirs


def without_origin(content):
    lines = content.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith((b"source = ", b"commit = ")))
