"""Unusual environments in which `chanscaffold new` works as in any other."""

import subprocess
import sys

import pytest
from support.processes import check, run
from support.projects import Project, assert_setup_succeeded
from support.pythons import UV
from support.snapshots import ENVIRONMENT_FOLDERS, take_snapshot

pytestmark = pytest.mark.slow

IGNORED = "CHANNEL_LAYER_URL, DATABASE_URL, DJANGO_SETTINGS_MODULE, PYTHONPATH"


@pytest.fixture
def make(sandbox, tmp_path):
    """Run `chanscaffold new mysite` in a folder of its own."""

    def new(*flags, home=None, **variables):
        folder = tmp_path / "here"
        folder.mkdir(exist_ok=True)
        env = sandbox.environment(**variables)
        if home is not None:
            env["HOME"] = str(home)
        project = Project(
            folder / "mysite", env, run(sandbox.new_command("mysite", *flags), folder, env)
        )
        assert project.creation.exit_code == 0, project.creation.output
        return project

    return new


# Git


@pytest.fixture
def home(tmp_path):
    """A home with a name in the configuration of git."""
    folder = tmp_path / "home"
    folder.mkdir()
    configure(folder, "user.name", "Me")
    configure(folder, "user.email", "me@example.com")
    return folder


def configure(home, name, value):
    subprocess.run(["git", "config", "--file", home / ".gitconfig", name, str(value)], check=True)


def fail(path):
    """Make a program that fails."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\necho it is refused >&2\nexit 1\n")
    path.chmod(0o755)
    return path


def authors(project):
    return set(project.git("log", "--format=%an <%ae>").splitlines())


def test_the_commit_has_the_users_name(make, home):
    project = make("--no-setup", home=home)
    assert authors(project) == {"Me <me@example.com>"}
    assert "git has no user.name or user.email" not in project.creation.output
    assert project.git("status", "--porcelain") == ""


def test_without_an_identity_the_commit_has_the_generators_name_and_a_line_says_so(make):
    project = make("--no-setup")
    assert authors(project) == {"chanscaffold <chanscaffold@localhost>"}
    assert project.creation.output.count("git has no user.name or user.email") == 1
    assert project.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "hook", ["pre-commit", "commit-msg", "prepare-commit-msg", "reference-transaction"]
)
def test_a_global_git_hook_does_not_run(make, home, hook):
    configure(home, "core.hooksPath", fail(home / "hooks" / hook).parent)
    assert make("--no-setup", home=home).git("log", "--format=%s") == "Start Mysite\n"


def test_a_commit_is_not_signed(make, home):
    configure(home, "commit.gpgSign", "true")
    configure(home, "gpg.program", fail(home / "gpg"))
    assert make("--no-setup", home=home).git("log", "--format=%s %G?") == "Start Mysite N\n"


def test_a_global_ignore_file_hides_no_file_of_the_template(make, home):
    (home / "ignore").write_text("*.py\n.env*\n*.toml\n")
    configure(home, "core.excludesFile", home / "ignore")
    tracked = make("--no-setup", home=home).git("ls-files").split()
    assert {"manage.py", ".env.example", ".chanscaffold.toml", "chat/views.py"} <= set(tracked)


def test_without_git_one_line_says_so(make):
    project = make(tools=("sh", "uv"))
    assert_setup_succeeded(project.creation.output)
    assert project.creation.output.count("git was not found") == 1
    assert not (project.path / ".git").exists()


def test_another_repository_around_it_is_left_alone(make, sandbox, tmp_path, home):
    outer = Project(tmp_path / "here", sandbox.environment(HOME=home), None)
    outer.path.mkdir()
    outer.git("init", "--quiet")
    outer.git("commit", "--quiet", "--allow-empty", "--message", "Mine")
    before = take_snapshot(outer.path, ignore=ENVIRONMENT_FOLDERS)
    project = make(home=home)
    assert_setup_succeeded(project.creation.output)
    assert project.creation.output.count("is in another git repository") == 1
    assert not (project.path / ".git").exists()
    after = {
        name: each
        for name, each in take_snapshot(outer.path, ignore=ENVIRONMENT_FOLDERS).items()
        if not name.startswith("mysite")
    }
    assert after == before
    status = outer.git("status", "--porcelain", "--untracked-files=all")
    assert "mysite/manage.py" in status
    for secret in (".env\n", "db.sqlite3", ".chanscaffold.log", ".venv"):
        assert f"mysite/{secret}" not in status


def test_variables_of_a_git_hook_do_not_redirect_the_commit(make, sandbox, tmp_path, home):
    outer = Project(tmp_path / "outer", sandbox.environment(HOME=home), None)
    outer.path.mkdir()
    outer.git("init", "--quiet")
    before = take_snapshot(outer.path, ignore=ENVIRONMENT_FOLDERS)
    inside = {
        "GIT_DIR": outer.path / ".git",
        "GIT_WORK_TREE": outer.path,
        "GIT_INDEX_FILE": outer.path / ".git" / "index",
    }
    project = make("--no-setup", home=home, **inside)
    assert take_snapshot(outer.path, ignore=ENVIRONMENT_FOLDERS) == before
    for name in inside:
        del project.env[name]
    assert project.git("log", "--format=%s") == "Start Mysite\n"


# No uv


def test_without_uv_pip_installs_and_one_line_says_what_uv_would_save(sandbox, tmp_path):
    # The tests' environment has a uv beside its Python.
    python = sys._base_executable
    env = sandbox.environment(tools=("git", "sh"), CHANSCAFFOLD_PYTHON=python)
    command = sandbox.cookiecutter_command(project_slug="mysite", project_name="My Site")
    project = Project(tmp_path / "mysite", env, run(command, tmp_path, env))
    assert project.creation.exit_code == 0
    assert_setup_succeeded(project.creation.output)
    assert project.creation.output.count("uv was not found, so pip installs") == 1
    assert not (project.path / "uv.lock").exists()
    assert project.git("status", "--porcelain") == ""
    assert len(project.git("log", "--format=%h").split()) == 1


# A path with spaces and any letters, LC_ALL=C, and the environment of another project, all at once


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another project: an active environment, a database, and modules that must not be imported."""
    folder = tmp_path_factory.mktemp("other")
    subprocess.run([UV, "venv", "--quiet", "--seed", folder / ".venv"], check=True)
    for name in ("django", "environ", "config", "channels_realtime"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(
            "raise RuntimeError('this belongs to another project')\n"
        )
    (folder / "db.sqlite3").write_bytes(b"not even a database")
    return folder


@pytest.fixture(scope="module", params=["chanscaffold", "cookiecutter"])
def surrounded(request, sandbox, other, tmp_path_factory):
    """A project made there by the command or Cookiecutter, and the other project before that."""
    folder = tmp_path_factory.mktemp("odd") / "Füße & 日本, it's odd"
    folder.mkdir()
    env = sandbox.environment(
        before=[other / ".venv" / "bin"],
        LC_ALL="C",
        VIRTUAL_ENV=other / ".venv",
        PYTHONPATH=other,
        DJANGO_SETTINGS_MODULE="other.settings",
        DATABASE_URL=f"sqlite:///{other / 'db.sqlite3'}",
        CHANNEL_LAYER_URL="redis://127.0.0.1:1/0",
    )
    commands = {
        "chanscaffold": sandbox.new_command("mysite"),
        "cookiecutter": sandbox.cookiecutter_command(project_slug="mysite"),
    }
    before = whole(other)
    project = Project(folder / "mysite", env, run(commands[request.param], folder, env))
    return project, before


def whole(folder):
    return {
        path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))
    }


def test_a_difficult_environment_does_not_stop_the_set_up(surrounded):
    project, _ = surrounded
    assert project.creation.exit_code == 0, project.creation.output
    assert_setup_succeeded(project.creation.output)


def test_ignored_variables_are_named_in_one_line(surrounded):
    lines = surrounded[0].creation.output.splitlines()
    assert [line.strip() for line in lines if "Ignored variables" in line] == [
        f"Ignored variables of this shell: {IGNORED}."
    ]


def test_the_other_project_stays_byte_for_byte_as_it_was(surrounded, other):
    assert whole(other) == surrounded[1]


def test_the_project_has_its_own_environment_and_database(surrounded):
    path = surrounded[0].path
    assert (path / "db.sqlite3").read_bytes().startswith(b"SQLite format 3")
    assert (path / ".venv" / "bin" / "python").exists()


def test_the_history_is_clean(surrounded):
    project, _ = surrounded
    assert project.git("status", "--porcelain") == ""
    assert len(project.git("log", "--format=%h").split()) == 2


def test_the_printed_commands_work_in_that_very_shell(surrounded):
    """Run the commands one after the other; a check replaces the server and the slow tests."""
    project, _ = surrounded
    _, _, end = project.creation.output.partition("Ready")
    commands = [line.strip() for line in end.splitlines() if line.startswith("  ")]
    assert commands[-2:] == [".venv/bin/python manage.py runserver", ".venv/bin/python -m pytest"]
    script = " && ".join(
        [
            *commands[:-2],
            ".venv/bin/python manage.py check",
            ".venv/bin/python -m pytest --collect-only",
        ]
    )
    output = check(["sh", "-c", script], project.path.parent.parent, project.env)
    assert "System check identified no issues" in output
    assert "tests collected" in output
