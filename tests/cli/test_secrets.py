"""Passwords and the secret key: where they appear, and where they do not."""

import re
import stat
from pathlib import Path

import pytest
from support.processes import run
from support.projects import PASSWORD, Project

pytestmark = pytest.mark.slow

CHECK = """
from django.contrib.auth import authenticate
for name, password in {pairs!r}:
    print(name, authenticate(username=name, password=password) is not None)
"""


def can_sign_in(project, pairs):
    """Return the names whose passwords are right."""
    output = project.manage("shell", "--verbosity", "0", "--command", CHECK.format(pairs=pairs))
    return [line.split()[0] for line in output.splitlines() if line.endswith(" True")]


def secret_key(project):
    return re.search(r"(?m)^SECRET_KEY=(.+)$", (project.path / ".env").read_text()).group(1)


def holders(folder, secret):
    """Return the files below a folder that contain a text."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [
        path for path in paths if ".venv" not in path.parts and secret.encode() in path.read_bytes()
    ]


def committed(project):
    """Return the content of all commits."""
    return project.git("log", "--all", "--patch", "--format=fuller")


# The secret key


def test_env_is_readable_by_its_owner_only(default_project, cookiecutter_project):
    for project in (default_project, cookiecutter_project):
        assert stat.S_IMODE((project.path / ".env").stat().st_mode) == 0o600


def test_each_project_has_a_key_of_its_own(default_project, cookiecutter_project):
    assert len(secret_key(default_project)) >= 50
    assert secret_key(default_project) != secret_key(cookiecutter_project)


def test_the_secret_key_is_only_in_env(default_project, cookiecutter_project, sandbox):
    for project in (default_project, cookiecutter_project):
        key = secret_key(project)
        assert holders(project.path, key) == [project.path / ".env"]
        assert holders(sandbox.home, key) == []
        assert key not in committed(project)
        assert key not in project.creation.output
        assert not any(key in command for command in project.commands_seen)


def test_cookiecutter_remembers_answers_and_no_secret(cookiecutter_project):
    (replay,) = Path(cookiecutter_project.env["HOME"], ".cookiecutter_replay").glob("*.json")
    assert "alice,bob" in replay.read_text()
    assert secret_key(cookiecutter_project) not in replay.read_text()


# A password from the environment


def test_a_password_from_the_environment_is_that_of_every_new_superuser(default_project):
    assert can_sign_in(
        default_project, [("alice", PASSWORD), ("bob", PASSWORD), ("alice", "wrong")]
    ) == [
        "alice",
        "bob",
    ]


def test_a_password_from_the_environment_is_written_and_shown_nowhere(default_project, sandbox):
    assert PASSWORD not in default_project.creation.output
    assert "changepassword" not in default_project.creation.output
    assert holders(default_project.path, PASSWORD) == []
    assert holders(sandbox.home, PASSWORD) == []
    assert PASSWORD not in committed(default_project)


def test_no_process_has_a_secret_among_its_arguments(default_project):
    assert any("-m django provision" in command for command in default_project.commands_seen)
    assert not any(PASSWORD in command for command in default_project.commands_seen)


def test_one_django_process_migrates_and_creates_the_superusers(default_project):
    commands = [
        found[1]
        for command in default_project.commands_seen
        if (found := re.search(r"(?:manage\.py|-m django) (\S+)", command))
    ]
    assert set(commands) == {"setup", "provision", "smoke"}
    assert commands.count("provision") == 1


# Without a terminal


def test_without_a_terminal_superusers_have_no_password_and_the_command_is_printed(
    cookiecutter_project,
):
    for name in ("alice", "bob"):
        assert (
            f"{name} has no password yet: .venv/bin/python manage.py changepassword {name}\n"
            in cookiecutter_project.creation.output
        )
    assert (
        can_sign_in(cookiecutter_project, [("alice", ""), ("alice", "None"), ("alice", "null")])
        == []
    )


# On a terminal


@pytest.fixture(scope="module")
def watched(sandbox, tmp_path_factory):
    """A project of `new` with three superusers on a terminal, and the passwords in its output."""
    folder = tmp_path_factory.mktemp("watched")
    env = sandbox.environment()
    names = ("--superuser", "alice", "--superuser", "bob", "--superuser", "carol")
    project = Project(
        folder / "mysite",
        env,
        run(sandbox.new_command("mysite", *names), folder, env, terminal=True),
    )
    assert project.creation.exit_code == 0, project.creation.output
    return project, dict(
        re.findall(r"(?m)^ +(\w+)'s password, shown only now: (\S+)$", project.creation.output)
    )


def test_on_a_terminal_each_superuser_gets_a_working_password(watched):
    project, passwords = watched
    assert list(passwords) == ["alice", "bob", "carol"]
    assert len(set(passwords.values())) == 3
    assert min(map(len, passwords.values())) >= 16
    assert can_sign_in(project, list(passwords.items())) == ["alice", "bob", "carol"]


def test_a_generated_password_is_shown_once_and_not_stored(watched, sandbox):
    project, passwords = watched
    for password in passwords.values():
        assert project.creation.output.count(password) == 1
        assert holders(project.path, password) == []
        assert holders(sandbox.home, password) == []
        assert password not in committed(project)


def test_a_second_set_up_does_not_change_passwords(watched):
    project, passwords = watched
    again = run([project.python, "bootstrap.py"], project.path, project.env, terminal=True)
    assert again.exit_code == 0, again.output
    assert "password" not in again.output
    assert can_sign_in(project, list(passwords.items())) == ["alice", "bob", "carol"]
