"""The guides about writing code, followed word for word in one project."""

import os
import re
import sys
from pathlib import Path

import pytest
from support.doc_samples import follow, read_samples, run_command
from support.paths import ROOT

pytestmark = pytest.mark.slow

GUIDES = ("first-consumer", "publish", "presence", "test", "contract", "observability")
SKIP = ("chanscaffold new", "cd ", "pytest", "services", "runserver", "curl")
README_TEST = """
from boards.readme import BoardConsumer


async def test_a_note_reaches_both_sockets(connect, add_route, alice, bob):
    route = add_route(BoardConsumer)
    one, two = await connect(route, alice), await connect(route, bob)
    await one.send_json_to({"type": "board.note", "text": "hello"})
    for socket in (one, two):
        assert (await socket.receive_message("board.note"))["text"] == "hello"
"""
CHECKS = ("ruff check --fix .", "ruff format .", "mypy .", "pytest")


@pytest.fixture
def environment():
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | {"PATH": path}


def test_the_code_of_the_guides_passes_every_check(tmp_path, environment):
    make_project = read_samples("guides/first-consumer.md")[0].commands[0]
    run_command(make_project, tmp_path, environment)
    project = tmp_path / "mysite"
    for guide in GUIDES:
        follow(f"guides/{guide}.md", project, environment, SKIP)
    add_readme_consumer(project)
    for check in CHECKS:
        run_command(f".venv/bin/python -m {check}", project, environment)


def add_readme_consumer(project):
    """Write the consumer of the README into the project, with a test that connects to it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [consumer] = re.findall(r"(?ms)^```python\n(.*?)^```$", readme)
    (project / "boards" / "readme.py").write_text(consumer, encoding="utf-8")
    (project / "tests" / "test_readme.py").write_text(README_TEST, encoding="utf-8")
