"""The whole command on the projects of the rules' pages, which Django imports."""

import json
import re
import sys

import pytest
from click.testing import CliRunner
from support.sample_projects import BROKEN, RULES, SOUND, known_library, make_project

from channels_doctor.cli import doctor as command

IMPORTED = sorted(name for name, rule in RULES.items() if rule.depth in {"source", "settings"})

# Rules on pinned versions: the installed versions are newer, and they count.
PINNED = {"daphne-outdated", "channels-redis-old"}
UNREACHED = {"receivers-not-imported"}  # rules on code that nothing reaches


def doctor(*arguments, library=None):
    """Run the command with this Python; return its exit code and its output.

    `library` is the release and the digest of the library that the command knows.
    """
    arguments = ["--python", sys.executable, *map(str, arguments)]
    result = CliRunner().invoke(command, arguments, obj=lambda _: library)
    return result.exit_code, result.output


def findings(folder, rule):
    """Return the findings in a folder, if the command knows the library of a rule's page."""
    code, output = doctor(folder, "--format", "json", library=known_library(rule))
    assert code in {0, 1}, output
    return json.loads(output)["findings"]


LOADER = """
from importlib import import_module


def load(name):
    return import_module(name)


def members(module):
    return [{members}]


def consumers():
    {imports}


MEMBERS = members
FILES = {files!r}
"""


def reach_all(project):
    """Let the URL configuration import any module, and name all pages, scripts and functions.

    It imports consumers by their names, since an unknown import loads none.
    """
    modules = (each.relative_to(project).with_suffix("") for each in project.glob("*/*.py"))
    imports = "; ".join(sorted(f"import {'.'.join(each.parts)}" for each in modules))
    files = sorted(each.name for each in project.rglob("*") if each.suffix in {".html", ".js"})
    text = "".join(path.read_text("utf-8", "replace") for path in project.rglob("*.py"))
    names = sorted(set(re.findall(r"(?:def|class) (\w+)", text)))
    members = ", ".join(f"module.{name}" for name in names)
    with (project / "config" / "urls.py").open("a") as file:
        file.write(LOADER.format(members=members, imports=imports, files=files))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in IMPORTED if name not in PINNED])
def test_the_inspected_broken_project_has_the_finding(name, tmp_path):
    project = make_project(tmp_path, RULES[name], BROKEN)
    if name not in UNREACHED:
        reach_all(project)
    found = findings(project, RULES[name])
    assert {each["rule"] for each in found} == {name}, found


@pytest.mark.slow
@pytest.mark.parametrize("name", IMPORTED)
def test_the_inspected_fixed_project_has_no_findings(name, tmp_path):
    assert findings(make_project(tmp_path, RULES[name], SOUND), RULES[name]) == []


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [("", 3, "Not parsed: chat/greetings.py:1"), ("import chat.greetings", 1, "[syntax-error]")],
)
def test_a_file_that_does_not_parse_is_an_error_where_the_url_configuration_imports_it(
    line, code, text, tmp_path
):
    project = make_project(tmp_path)
    (project / "chat" / "greetings.py").write_text("x = (\n")
    with (project / "config" / "urls.py").open("a") as file:
        file.write(f"\n{line}\n")
    found, output = doctor(project)
    assert found == code
    assert text in output


def test_the_sound_project_passes_with_exit_code_0(tmp_path):
    code, output = doctor(make_project(tmp_path), "--strict")
    assert code == 0, output
    assert "settings: loaded by Django, no findings." in output


def test_an_error_is_exit_code_1_and_its_depth_is_named(tmp_path):
    code, output = doctor(make_project(tmp_path, RULES["daphne-order"], BROKEN))
    assert code == 1
    assert "settings: loaded by Django, 1 error." in output
    assert "[daphne-order]" in output


def test_strict_exits_with_1_for_warnings(tmp_path):
    folder = make_project(tmp_path, RULES["origin-unchecked"], BROKEN)
    with (folder / "config/settings.py").open("a") as file:
        file.write('SESSION_COOKIE_SAMESITE = "None"\n')
    assert doctor(folder)[0] == 0
    assert doctor(folder, "--strict")[0] == 1


def test_a_missing_project_is_exit_code_3_and_a_sentence(tmp_path):
    code, output = doctor(tmp_path)
    assert code == 3
    assert output.startswith("Error: No Django project was found in ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--url", "ws://localhost", "--live"], "--url examines a running deployment"),
        (["--fix", "--format", "json"], "--fix prints a diff and asks"),
        (["nowhere"], "nowhere does not exist"),
        (["--explain", "daphne-ordre"], "daphne-order"),
    ],
)
def test_contradicting_options_are_refused_with_a_sentence(arguments, sentence):
    code, output = doctor(*arguments)
    assert code == 2
    assert sentence in output.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "expected", "sentence"),
    [
        (
            "import os; os._exit(3)",
            1,
            "Symptom: Importing the settings ended the process with exit code 3.",
        ),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            1,
            "ended the process with SIGKILL.",
        ),
        ("raise SystemExit(4)", 1, "Symptom: The project's code called sys.exit(4)."),
        ("raise KeyboardInterrupt", 1, "Symptom: KeyboardInterrupt"),
        ("import nowhere_at_all", 1, "No module named 'nowhere_at_all'"),
        ("print('x' * 10_000_000)", 0, "No findings."),
        ("import sys; sys.stdout.close(); sys.stderr.close()", 1, "Unable to configure formatter"),
    ],
)
def test_hostile_settings_end_in_a_report(line, expected, sentence, tmp_path):
    folder = make_project(tmp_path)
    settings = folder / "config" / "settings.py"
    settings.write_text(f"{settings.read_text()}\n{line}\n")
    code, output = doctor(folder)
    assert code == expected, output
    assert "Traceback" not in output
    assert sentence in output


def test_endless_settings_are_stopped_at_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("channels_doctor.examination.IMPORT_SECONDS", 2.0)
    folder = make_project(tmp_path)
    (folder / "config" / "settings.py").write_text("while True:\n    print('for ever')\n")
    code, output = doctor(folder)
    assert code == 1, output
    assert "2 seconds" in output
