"""How fixes are written as diffs of the text of a file."""

import ast

import pytest

from channels_doctor.examine.browser.own_address import CHOICE, at_own_host
from channels_doctor.examine.diffs import joined_diffs, line_diff, wrapped_diff
from channels_doctor.examine.finding import Location
from channels_doctor.examine.needed_imports import with_imports
from channels_doctor.examine.project import Project
from channels_doctor.examine.python.modules import Module


def module(text):
    return Module("chat/consumers.py", text, ast.parse(text))


@pytest.mark.parametrize(
    ("old", "fix"),
    [
        ("app:8000", "-server app:8000;\n+server web:8000;"),
        ("ap", "web:8000"),
        ("server", "-server app:8000;\n+web:8000 app:8000;"),
    ],
)
def test_a_line_is_changed_when_it_has_the_whole_word(old, fix, tmp_path):
    (tmp_path / "nginx.conf").write_text("upstream web {\n    server app:8000;\n}\n")
    found = line_diff(Project(str(tmp_path)), Location("nginx.conf", 2), old, "web:8000")
    assert found == fix


def test_lines_between_changes_are_a_gap():
    assert joined_diffs([(1, "-a\n+b"), (2, "-c\n+d")]) == "-a\n+b\n-c\n+d"
    assert joined_diffs([(4, "-c\n+d"), (1, "-a\n+b")]) == "-a\n+b\n …\n-c\n+d"


def test_an_expression_of_several_lines_is_wrapped_at_its_ends():
    code = module("x = f(\n    1,\n)\n")
    fix = wrapped_diff(code, code.tree.body[0].value, "g(", ")")
    assert fix == "-x = f(\n+x = g(f(\n …\n-)\n+))"


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("", ["+import asyncio"]),
        ("import asyncio", []),
        ("asyncio = loop()", []),
    ],
)
def test_a_fix_imports_what_its_file_does_not_have(source, imported):
    fix = "-time.sleep(1)\n+await asyncio.sleep(1)"
    assert with_imports(module(source), fix).splitlines() == [*imported, *fix.splitlines()]


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ('"ws://" + location.host', f"{CHOICE} + location.host"),
        ("'ws://localhost:8000/ws/'", f"{CHOICE} + location.host + '/ws/'"),
        (
            "`ws://${location.host}/ws/`",
            '`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/`',
        ),
        ('"ws://chat.example.com/ws/"', '"wss://chat.example.com/ws/"'),
        ('"/ws/chat/"', '"/ws/chat/"'),
    ],
)
def test_an_address_gets_the_scheme_and_the_host_of_the_page(line, right):
    assert at_own_host(line) == right
