"""The analysis ends with findings, whatever a project's files contain."""

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


def assert_no_rule_fails(folder):
    found = list(find_faults(Project(str(folder)), RULES))
    assert [each["message"] for each in found if "failed for this project" in each["message"]] == []
    return found


@STEADY
@given(st.sampled_from(sorted(SOURCES)), st.binary(max_size=400), st.integers(0, 2000))
def test_arbitrary_bytes_in_a_file_end_in_findings(tmp_path_factory, name, noise, position):
    folder = make_project(tmp_path_factory.mktemp("project"))
    text = SOURCES[name].encode()
    (folder / name).write_bytes(text[:position] + noise + text[position:])
    assert_no_rule_fails(folder)


@STEADY
@given(st.sampled_from(sorted(SOURCES)), st.integers(0, 2**32))
def test_shuffled_code_ends_in_findings(tmp_path_factory, name, seed):
    folder = make_project(tmp_path_factory.mktemp("project"))
    generator = random.Random(seed)
    (folder / name).write_text(shuffled(SOURCES[name], generator))
    assert_no_rule_fails(folder)


def shuffled(text, generator):
    """Return a file with its expressions in random places."""
    tree = ast.parse(text)
    expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and expressions and generator.random() < 0.3:
                setattr(node, field, generator.choice(expressions))
    with contextlib.suppress(Exception):  # the tree may contain itself
        return ast.unparse(tree)
    return "".join(generator.sample(FRAGMENTS, 20))


HOSTILE = {
    "deep": "x = " + "(" * 90 + ")" * 90,
    "deeper": "x = " + "-" * 50_000 + "1",
    "long": "x = [" + "1, " * 100_000 + "]",
    "sum": "INSTALLED_APPS = " + " + ".join(["['a']"] * 3000),
    "attributes": "x = a" + ".b" * 5000,
    "circle": "from config.settings import *\nfrom config.urls import NAME\n",
    "null": "x = 1\0",
    "name": "x = {}\nx[x] = x\nx.update(x)\nx.insert(x)\nx += x\nCHANNEL_LAYERS = {x: {x: x}, **x}",
    "types": "ALLOWED_HOSTS = 7\nINSTALLED_APPS = 9\nCHANNEL_LAYERS = 'x'\n"
    "DATABASES = [1]\nASGI_APPLICATION = {}",
    "nested": "CHANNEL_LAYERS = {'default': {'BACKEND': 1, 'CONFIG': {'hosts': {'a': [1]}}}}\n"
    "DATABASES = {'x': 3}",
    "doubling": "X = ['a']\n" + "X += X\n" * 40,
    "copies": "X = ['a' * 1000]\n" + "Y = [X, X]\nX = [Y, Y]\n" * 40 + "INSTALLED_APPS = X",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_settings_end_in_findings_in_time(name, tmp_path):
    folder = make_project(tmp_path)
    (folder / "config" / "settings.py").write_text(HOSTILE[name])
    found = examine_apart(folder)
    assert [each["message"] for each in found if "failed for this project" in each["message"]] == []


FILE_SIZE = 900_000  # below the size limit of a file
LONG_FILES = {
    "supervisor.conf": ["[program:web]\n", "\n"],
    "pytest.ini": ["", "\n"],
    "requirements.txt": ["", "\n"],
    "requirements/base.txt": ["", "channels[\n"],
    "Procfile": ["", "web: daphne a\n"],
    "compose.yml": ["services:\n", "  a:\n    command: daphne a:b\n"],
    "page.js": ["", "'ws://' + location.host;"],
    "comments.js": ["new WebSocket('/ws/');", "/*<!--{#{{{%if("],
    "poetry.lock": ["", "\n"],
    "nginx.conf": ["location /a {", "proxy_pass http://a/"],
    "apache.conf": ["<VirtualHost *:80>\n", "\n"],
    "Dockerfile": ["FROM python\n", "\n"],
    "deployment.yaml": ["", "kind: Pod\n"],
    "imports.js": ["const s = new WebSocket('/ws/', {});", "import {a "],
    "calls.js": ["const s = new WebSocket('/ws/chat/');s.onmessage = (e) => {", "show(e.data);"],
}


@pytest.mark.parametrize("path", LONG_FILES)
def test_a_long_file_is_read_in_linear_time(path, tmp_path):
    folder = make_project(tmp_path)
    (folder / path).parent.mkdir(exist_ok=True)
    start, part = LONG_FILES[path]
    (folder / "chat" / "tests.py").write_text(
        "async def test_it():\n    WebsocketCommunicator(a, b)\n"
    )
    used = []
    for size in (FILE_SIZE // 4, FILE_SIZE):
        (folder / path).write_text(start + part * (size // len(part)))
        used.append(processor_seconds(folder))
    assert used[1] < 8 * used[0]  # 16 times if it grew with the square


def processor_seconds(folder):
    """Return the processor time of an examination, which other processes do not change much."""
    begin = time.process_time()
    examine(folder)
    return time.process_time() - begin


def test_a_name_that_is_bound_from_itself_again_and_again_is_read_in_linear_time(tmp_path):
    folder, used = make_project(tmp_path), []
    for number in (6, 12):
        write_filters(folder, number)
        used.append(processor_seconds(folder))
    assert used[1] < 4 * used[0]


def write_filters(folder, number):
    """Write a consumer that binds a name from itself so many times."""
    steps = "".join(
        f"        if text[{n}]:\n            rows = rows.filter(n={n})\n" for n in range(number)
    )
    (folder / "chat" / "consumers.py").write_text(
        "from channels.generic.websocket import AsyncWebsocketConsumer\nfrom .models import Room\n"
        "class ChatConsumer(AsyncWebsocketConsumer):\n"
        "    async def receive(self, text_data):\n        text = text_data\n"
        f"        rows = Room.objects.all()\n{steps}"
        "        await self.channel_layer.group_send('all', {'type': 'x', 'rows': rows})\n"
    )


@pytest.mark.parametrize(
    "command", ["[" * 400_000 + '"daphne"' + "]" * 400_000, '["daphne' + "[" * 400_000 + "]"]
)
def test_a_deeply_nested_list_is_no_command(command, tmp_path):
    folder = make_project(tmp_path)
    (folder / "Dockerfile").write_text("CMD " + command)
    (folder / "compose.yml").write_text("services:\n  a:\n    command: " + command)
    assert [
        each["message"] for each in examine(folder) if "failed for this project" in each["message"]
    ] == []


def test_links_are_not_followed(tmp_path):
    folder = make_project(tmp_path / "site")
    outside = tmp_path / "outside.py"
    outside.write_text("x = (")
    (folder / "linked.py").symlink_to(outside)
    (folder / "inner").symlink_to(tmp_path)
    assert examine(folder) == []


def test_a_file_above_the_size_limit_is_not_read(tmp_path):
    folder = make_project(tmp_path)
    (folder / "data.py").write_text("x = (" + " " * 2_000_000)
    assert examine(folder) == []
