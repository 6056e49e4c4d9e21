"""Real projects for the slow tests."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.processes import CommandResult, Process, check, find_processes_in, run
from support.snapshots import ENVIRONMENT_FOLDERS, take_snapshot

PASSWORD = "correct-horse-battery"
LIBRARY_CHECKS = ("http", "echo", "broadcast", "anonymous", "foreign_origin", "unknown_path")
EXAMPLE_CHECKS = ("room", "resume", "refusal", "notice")


@dataclass
class Project:
    """A project on disk."""

    path: Path
    env: dict
    creation: CommandResult  # of the command that created the project
    commands_seen: set = field(default_factory=set)  # command lines that ran meanwhile
    initial_files: dict = field(init=False)

    def __post_init__(self):
        self.initial_files = take_snapshot(self.path, ignore=ENVIRONMENT_FOLDERS)

    @property
    def python(self):
        """The interpreter of the project's environment."""
        return self.path / ".venv" / "bin" / "python"

    def manage(self, *arguments, **variables):
        """Run a management command, and return its output; fail if its exit code is not 0."""
        return check([self.python, "manage.py", *arguments], self.path, {**self.env, **variables})

    def run_module(self, *arguments, **variables):
        """Run a module of the project's environment in the same way."""
        return check([self.python, "-m", *arguments], self.path, {**self.env, **variables})

    def git(self, *arguments):
        """Run git, and return its output; fail if its exit code is not 0."""
        return check(["git", *arguments], self.path, self.env)


@pytest.fixture(scope="session")
def default_project(sandbox):
    """The project of `chanscaffold new` by default, with two superusers who have a password."""
    folder = sandbox.folder / "default"
    folder.mkdir()
    env = sandbox.environment(tools=("git", "sh"), DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    names = ("--superuser", "alice", "--superuser", "bob")
    process = Process(sandbox.new_command("mysite", *names), folder, env)
    commands = set()
    while process.process.poll() is None:
        commands.update(find_processes_in(folder).values())
        time.sleep(0.005)
    del env["DJANGO_SUPERUSER_PASSWORD"]
    project = Project(folder / "mysite", env, process.wait(), commands)
    assert project.creation.exit_code == 0, project.creation.output
    return project


@pytest.fixture(scope="session")
def cookiecutter_project(sandbox):
    """The same project by plain Cookiecutter; its superusers have no password."""
    folder = sandbox.folder / "cookiecutter"
    (folder / "home").mkdir(parents=True)
    env = {**sandbox.environment(), "HOME": str(folder / "home")}
    answers = {"project_name": "Mysite", "project_slug": "mysite", "superusers": "alice,bob"}
    command = sandbox.cookiecutter_command(**answers)
    return Project(folder / "mysite", env, run(command, folder, env))


@pytest.fixture(scope="session")
def make_project(sandbox, tmp_path_factory):
    """Return a function that runs `chanscaffold new mysite` with flags, in a new folder."""

    def make(*flags, **variables):
        folder = tmp_path_factory.mktemp("project")
        env = sandbox.environment(**variables)
        command = sandbox.new_command("mysite", *flags)
        return Project(folder / "mysite", env, run(command, folder, env))

    return make


def assert_setup_succeeded(output, example=True):
    """Assert that every smoke check passed, and that the last lines say how to continue."""
    expected = [f"channels_realtime.{name}" for name in LIBRARY_CHECKS]
    expected += [f"chat.{name}" for name in EXAMPLE_CHECKS if example]
    passed = re.findall(r"(?m)^ +ok +((?:channels_realtime|chat)\.\w+) ", output)
    assert passed == expected, output
    assert "FAIL" not in output
    assert "Error" not in output
    assert "Still to do" not in output
    assert re.search(r"(?m)^Ready.*http://127\.0\.0\.1:8000/", output)
