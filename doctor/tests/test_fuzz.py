"""Whatever stands in a project's files, the examination ends with an answer."""

import ast
import contextlib
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sample_projects import SAMPLE_PROJECT, examine, examine_apart, make_project

from channels_doctor.examine.main import find_faults
from channels_doctor.examine.project import Project
from channels_doctor.examine.registry import load_rules

RULES = load_rules()
SOURCES = {
    path.relative_to(SAMPLE_PROJECT).as_posix(): path.read_text()
    for path in SAMPLE_PROJECT.rglob("*.py")
}
FRAGMENTS = [line for text in SOURCES.values() for line in text.splitlines(keepends=True)]
STEADY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def look(folder):
    """Return the findings, and fail where a rule stumbled."""
    found = list(find_faults(Project(str(folder)), RULES))
    assert [each["message"] for each in found if "failed for this project" in each["message"]] == []
    return found


@STEADY
@given(st.sampled_from(sorted(SOURCES)), st.binary(max_size=400), st.integers(0, 2000))
def test_any_bytes_in_a_file_end_in_findings(tmp_path_factory, name, noise, where):
    folder = make_project(tmp_path_factory.mktemp("project"))
    text = SOURCES[name].encode()
    (folder / name).write_bytes(text[:where] + noise + text[where:])
    look(folder)


@STEADY
@given(st.sampled_from(sorted(SOURCES)), st.integers(0, 2**32))
def test_shuffled_code_ends_in_findings(tmp_path_factory, name, seed):
    folder = make_project(tmp_path_factory.mktemp("project"))
    chance = random.Random(seed)
    (folder / name).write_text(shuffled(SOURCES[name], chance))
    look(folder)


def shuffled(text, chance):
    """Return a file whose expressions have changed places: it parses, and means nothing."""
    tree = ast.parse(text)
    expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and expressions and chance.random() < 0.3:
                setattr(node, field, chance.choice(expressions))
    with contextlib.suppress(Exception):  # a tree that has become a circle, or that is no text
        return ast.unparse(tree)
    return "".join(chance.sample(FRAGMENTS, 20))


HOSTILE = {
    "deep": "x = " + "(" * 90 + ")" * 90,
    "deeper": "x = " + "-" * 50_000 + "1",
    "long": "x = [" + "1, " * 100_000 + "]",
    "sum": "INSTALLED_APPS = " + " + ".join(["['a']"] * 3000),
    "attributes": "x = a" + ".b" * 5000,
    "circle": "from config.settings import *\nfrom config.urls import NAME\n",
    "null": "x = 1\0",
    "name": "x = {}\nx[x] = x\nx.update(x)\nx.insert(x)\nx += x\nCHANNEL_LAYERS = {x: {x: x}, **x}",
    "numbers": "ALLOWED_HOSTS = 7\nINSTALLED_APPS = 9\nCHANNEL_LAYERS = 'x'\nDATABASES = [1]\nASGI_APPLICATION = {}",
    "nested": "CHANNEL_LAYERS = {'default': {'BACKEND': 1, 'CONFIG': {'hosts': {'a': [1]}}}}\nDATABASES = {'x': 3}",
    "doubling": "X = ['a']\n" + "X += X\n" * 40,
    "copies": "X = ['a' * 1000]\n" + "Y = [X, X]\nX = [Y, Y]\n" * 40 + "INSTALLED_APPS = X",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_settings_end_in_findings_within_the_limit(name, tmp_path):
    folder = make_project(tmp_path)
    (folder / "config" / "settings.py").write_text(HOSTILE[name])
    found = examine_apart(folder)
    assert [each["message"] for each in found if "failed for this project" in each["message"]] == []


LONGEST = 900_000  # of a file that is read
SLOW = {
    "supervisor.conf": ["[program:web]\n", "\n"],
    "pytest.ini": ["", "\n"],
    "requirements.txt": ["", "\n"],
    "requirements/base.txt": ["", "channels[\n"],
    "Procfile": ["", "web: daphne a\n"],
    "compose.yml": ["services:\n", "  a:\n    command: daphne a:b\n"],
    "page.js": ["", "'ws://' + location.host;"],
}


@pytest.mark.parametrize("path", SLOW)
def test_a_long_file_without_sense_is_read_in_time(path, tmp_path):
    folder = make_project(tmp_path)
    (folder / path).parent.mkdir(exist_ok=True)
    start, part = SLOW[path]
    (folder / path).write_text(start + part * (LONGEST // len(part)))
    (folder / "chat" / "tests.py").write_text(
        "async def test_it():\n    WebsocketCommunicator(a, b)\n"
    )
    begin = time.monotonic()
    examine(folder)
    assert time.monotonic() - begin < 15


@pytest.mark.parametrize(
    "command", ["[" * 400_000 + '"daphne"' + "]" * 400_000, '["daphne' + "[" * 400_000 + "]"]
)
def test_a_deep_list_of_words_is_no_command(command, tmp_path):
    folder = make_project(tmp_path)
    (folder / "Dockerfile").write_text("CMD " + command)
    (folder / "compose.yml").write_text("services:\n  a:\n    command: " + command)
    assert [
        each["message"] for each in examine(folder) if "failed for this project" in each["message"]
    ] == []


def test_links_out_of_the_project_are_not_followed(tmp_path):
    folder = make_project(tmp_path / "site")
    outside = tmp_path / "outside.py"
    outside.write_text("x = (")
    (folder / "linked.py").symlink_to(outside)
    (folder / "inner").symlink_to(tmp_path)
    assert examine(folder) == []


def test_a_huge_file_is_left_unread(tmp_path):
    folder = make_project(tmp_path)
    (folder / "data.py").write_text("x = (" + " " * 2_000_000)
    assert examine(folder) == []
