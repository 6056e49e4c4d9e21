"""The guide to clients without a browser, followed in a project of `chanscaffold new`."""

import json
import re
import shlex
import shutil
from dataclasses import replace

import pytest
from support.doc_samples import change_file, read_samples, run_command
from support.servers import RUNSERVER, serve

pytestmark = pytest.mark.slow

GUIDE = "guides/native-clients.md"
# The table of the guide.
NAMES = {"mysite": "tokens", "/ws/room/": "/ws/chat/lobby/", "room.say": "chat.say"}
CHECKS = ("ruff check --fix .", "ruff format .", "mypy .")


@pytest.fixture
def project(default_project, tmp_path):
    """A copy of a project, which shares its environment."""
    path = tmp_path / "mysite"
    shutil.copytree(default_project.path, path, ignore=shutil.ignore_patterns(".venv"))
    (path / ".venv").symlink_to(default_project.path / ".venv")
    return replace(default_project, path=path)


def rename(text):
    """Return a text of the guide with the names of the project."""
    for name, other in NAMES.items():
        text = text.replace(name, other)
    return re.sub(r"^python ", ".venv/bin/python ", text)


def follow(project, section):
    """Do what a section says, with the names of the project; return what its commands print."""
    printed = ""
    for sample in read_samples(GUIDE, section):
        for command in sample.commands if sample.language == "console" else ():
            printed += run_command(rename(command), project.path, project.env)
        if sample.path:
            renamed = sample._replace(path=rename(sample.path), text=rename(sample.text))
            change_file(project.path / renamed.path, renamed)
    return printed


def test_a_script_chats_in_a_room_of_the_example(project):
    follow(project, "In a generated project")
    [token] = re.findall(r"(?m)^[\w-]{43}$", follow(project, "Tokens of your own"))
    for check in CHECKS:
        run_command(f".venv/bin/python -m {check}", project.path, project.env)
    script = rename(read_samples(GUIDE, "Write a script")[0].text)
    with serve(project, RUNSERVER) as server:
        command = [".venv/bin/python", "-c", script.replace("127.0.0.1:8000", server.host)]
        env = {**project.env, "TOKEN": token}
        answer = json.loads(run_command(shlex.join(command), project.path, env))
    assert (answer["user"], answer["text"]) == ("alice", "hello from a script")
