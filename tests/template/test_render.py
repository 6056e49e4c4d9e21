"""The renders of the template, for every value of every option in cookiecutter.json."""

import ast
import re
import shutil
import socket
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from support.option_matrix import SCHEMA, list_choices
from support.paths import ROOT
from support.pythons import find_python
from support.renders import (
    BASE_ARCHIVE,
    CACHE_FOLDERS,
    LIBRARY,
    TEMPLATE,
    is_copied,
    list_files,
    read_all,
    template_files,
    unused_files,
)
from support.tools import read_env_example, run_module, run_program


def derive_matrix(schema):
    """Return {case: answers}: the defaults, each change alone, all changes, and unusual texts."""
    cases = {"default": {}, "superset": {}}
    for key, choices in list_choices(schema).items():
        cases.update({f"{key}={choice}".lower(): {key: choice} for choice in choices[1:]})
        cases["superset"][key] = True if isinstance(choices[0], bool) else choices[-1]
    cases["unusual texts"] = {
        "project_name": "Café (2), Ltd. & Co+ नमस्ते",
        "superusers": "Ünï, a.b@c.d ,bob+1-x",
    }
    cases["no superuser"] = {"superusers": ""}
    return cases


MATRIX = derive_matrix(SCHEMA)
each_case = pytest.mark.parametrize("case", MATRIX)


@pytest.fixture(scope="session")
def render(bake):
    """Return a function that returns the folder of a case, rendered once."""
    folders = {}

    def once(case):
        if case not in folders:
            folders[case] = bake(MATRIX[case])
        return folders[case]

    return once


def test_the_matrix_has_every_value_of_every_option():
    for key, choices in list_choices(SCHEMA).items():
        assert {answers.get(key, choices[0]) for answers in MATRIX.values()} == set(choices), key


# Files


@each_case
def test_a_render_has_the_files_of_its_options_and_no_others(render, case):
    unused = unused_files(MATRIX[case])
    expected = {
        name
        for name in template_files()
        if not any(Path(name).is_relative_to(each) for each in unused)
    }
    assert list_files(render(case)) == expected | {BASE_ARCHIVE}


def test_every_optional_file_exists_in_the_template():
    for entry in SCHEMA["_optional_files"]:
        for name in entry["files"]:
            assert (TEMPLATE / name).exists(), name


def test_the_conditions_of_optional_files_are_possible_answers():
    choices = list_choices(SCHEMA)
    for entry in SCHEMA["_optional_files"]:
        assert set(entry) == {"when", "files"}
        for key, value in entry["when"].items():
            assert value in choices[key], key


@each_case
def test_no_file_is_empty_and_no_folder_either(render, case):
    folder = render(case)
    empty = [path for path in folder.rglob("*") if path.is_file() and not path.stat().st_size]
    assert [path for path in empty if path.name not in ("__init__.py", "py.typed")] == []
    assert [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


@each_case
def test_a_render_has_no_caches_of_tools(render, case):
    assert [
        path
        for path in render(case).rglob("*")
        if path.name in CACHE_FOLDERS or path.suffix == ".pyc"
    ] == []


@each_case
def test_a_render_has_no_template_code(render, case):
    for name, text in read_all(render(case)).items():
        assert "cookiecutter." not in text, name
        if not is_copied(name):
            # `${{` starts an expression of GitHub Actions.
            assert not re.search(r"(?<!\$)\{\{|\{%|\{#|^\s*# ?%", text, re.MULTILINE), name


@each_case
def test_a_render_has_the_modes_of_the_template(render, case):
    folder, sources = render(case), template_files()
    for name in list_files(folder) - {BASE_ARCHIVE}:
        assert (folder / name).stat().st_mode == sources[name].stat().st_mode, name


def test_no_python_file_contains_an_answer():
    for name, text in read_all(TEMPLATE, ".py").items():
        assert "{{" not in text, name


def test_patterns_of_files_that_are_not_rendered_match_no_folder():
    """Cookiecutter would replace such a folder, including files of the user."""
    folders = {folder for name in template_files() for folder in map(str, Path(name).parents)}
    assert {"chat", "channels_realtime/auth", ".github/workflows"} <= folders
    assert [name for name in folders if is_copied(name)] == []


def test_nothing_of_the_library_is_rendered():
    assert [
        name for name in template_files() if name.startswith(f"{LIBRARY}/") and not is_copied(name)
    ] == []


def test_no_folder_has_a_conditional_name():
    assert [path for path in TEMPLATE.rglob("*") if "{" in str(path.relative_to(TEMPLATE))] == []


# Contents


@each_case
def test_every_file_parses(render, case):
    folder = render(case)
    parsers = {
        ".py": ast.parse,
        ".toml": tomllib.loads,
        ".yaml": yaml.safe_load,
        ".yml": yaml.safe_load,
    }
    for suffix, parse in parsers.items():
        for name, text in read_all(folder, suffix).items():
            assert parse(text), name


@each_case
def test_env_example_has_exactly_the_variables_that_the_project_reads(render, case):
    folder = render(case)
    settings = ast.parse((folder / "config" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(settings) if isinstance(node, ast.Call)]
    functions = {call: ast.unparse(call.func) for call in calls}
    read = {
        call.args[0].value
        for call, name in functions.items()
        if re.match(r"env\.(?!read_env)", name)
    }
    if (folder / "compose.yaml").exists():
        read |= set(re.findall(r"\$\{(\w+)", (folder / "compose.yaml").read_text(encoding="utf-8")))
    example = (folder / ".env.example").read_text(encoding="utf-8")
    assert sorted(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", example)) == sorted(read)


@each_case
def test_the_record_has_the_recorded_answers_and_nothing_of_the_machine(render, case):
    text = (render(case) / ".chanscaffold.toml").read_text(encoding="utf-8")
    record = tomllib.loads(text)
    options = {key for key in SCHEMA if not key.startswith("_")}
    assert set(record) == {"version", "change", "answers"}
    assert (record["version"], record["change"]) == (SCHEMA["_version"], len(SCHEMA["_changes"]))
    assert set(record["answers"]) == options - set(SCHEMA["_unrecorded"])
    assert MATRIX[case].items() <= record["answers"].items()
    assert str(render(case)) not in text
    assert str(ROOT) not in text
    assert socket.gethostname() not in text


def test_the_same_answers_give_the_same_bytes_in_any_folder(render, bake):
    again = bake(MATRIX["superset"])
    first = render("superset")
    assert first != again
    assert {name: (first / name).read_bytes() for name in list_files(first)} == {
        name: (again / name).read_bytes() for name in list_files(again)
    }


@each_case
def test_the_requirements_follow_from_the_answers(render, case):
    answers = tomllib.loads((render(case) / ".chanscaffold.toml").read_text(encoding="utf-8"))[
        "answers"
    ]
    project = tomllib.loads((render(case) / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    names = {re.match(r"[\w-]+", each).group() for each in project["dependencies"]}
    assert (project["name"], project["description"]) == (
        answers["project_slug"],
        answers["project_name"],
    )
    assert project["requires-python"] == f">={SCHEMA['_python'][answers['django']]}"
    assert any(each.startswith(f"django>={answers['django']}") for each in project["dependencies"])
    assert ({"channels-redis", "redis"} <= names) is (answers["layer"] == "redis")
    assert ("psycopg" in names) is (answers["database"] == "postgres")
    assert ("uvicorn" in names) is (answers["server"] == "uvicorn")
    assert {"channels", "daphne", "whitenoise", "django-environ"} <= names


# Tools


def test_every_render_passes_the_linter_and_the_formatter(render):
    folders = [render(case) for case in MATRIX]
    run_module("ruff", "check", "--no-cache", *folders, folder=ROOT)
    run_module("ruff", "format", "--check", "--no-cache", *folders, folder=ROOT)


def test_the_unrendered_template_parses_and_passes_the_linter(render, tmp_path):
    """Other tools read the line statements of Jinja as comments."""
    copy = tmp_path / "template"
    shutil.copytree(TEMPLATE, copy)
    for text in read_all(copy, ".py").values():
        ast.parse(text)
    tomllib.loads((copy / "pyproject.toml").read_text(encoding="utf-8"))
    # The unrendered pyproject.toml has no valid version of Python.
    shutil.copy(render("default") / "pyproject.toml", copy)
    # Ruff expects a blank line before a line statement between imports.
    run_module("ruff", "check", "--no-cache", "--ignore", "I001", ".", folder=copy)


@pytest.fixture(scope="session")
def type_check(request, tmp_path_factory):
    """Return a function that runs mypy with the project's configuration and a cache."""
    cache = getattr(request.config, "cache", None)
    folder = cache.mkdir("mypy") if cache else tmp_path_factory.mktemp("mypy")

    def check(project, case):
        # The plugin of mypy imports the settings.
        variables = read_env_example(project)
        run_module(
            "mypy",
            "--cache-dir",
            folder / case,
            ".",
            folder=project,
            PYTHONDONTWRITEBYTECODE="1",
            **variables,
        )

    return check


@pytest.mark.parametrize("case", ["default", "superset"])
def test_a_render_passes_the_type_checker(render, type_check, case):
    type_check(render(case), case)


# The size of a default project


@pytest.fixture(scope="session")
def own_files(render):
    """Return {name: text} of a default project, without the library and the base archive."""
    return {
        name: text
        for name, text in read_all(render("default")).items()
        if not name.startswith(f"{LIBRARY}/")
    }


@pytest.fixture(scope="session")
def own_code(own_files):
    """The files with code and pages, without tests and migrations."""
    code = re.compile(r"(?!tests/|.*/migrations/).*\.(py|html|css|js)")
    return {name: text for name, text in own_files.items() if code.fullmatch(name)}


def count_lines(texts):
    return sum(len(text.splitlines()) for text in texts)


def test_a_default_project_has_at_most_50_files(own_files):
    assert len([name for name, text in own_files.items() if text] + [BASE_ARCHIVE]) <= 50


def test_a_default_project_has_at_most_1920_lines_of_code_and_pages(own_code):
    assert count_lines(own_code.values()) <= 1920


def test_a_default_project_has_at_most_600_lines_of_tests(own_files):
    assert count_lines(text for name, text in own_files.items() if name.startswith("tests/")) <= 600


@pytest.mark.parametrize(("name", "limit"), [("bootstrap.py", 280), ("config/settings.py", 150)])
def test_the_files_that_every_owner_reads_are_short(own_code, name, limit):
    assert count_lines([own_code[name]]) <= limit


@each_case
def test_no_line_of_code_is_wider_than_100_columns(render, case):
    texts = read_all(render(case), ".py", ".html", ".css", ".js")
    own = {
        name: text
        for name, text in texts.items()
        if not re.match(rf"{LIBRARY}/|.*/migrations/", name)
    }
    assert own
    assert [
        name for name, text in own.items() if any(len(line) > 100 for line in text.splitlines())
    ] == []


# Settings


@each_case
def test_no_file_imports_all_names_of_a_module(render, case):
    for name, text in read_all(render(case), ".py").items():
        imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
        assert [node.module for node in imports if node.names[0].name == "*"] == [], name


SETTINGS_IN_FORCE = """
import django
from django.conf import settings
django.setup()
print(*(name for name in dir(settings) if name.isupper() and settings.is_overridden(name)))
"""


@pytest.mark.parametrize("case", ["default", "superset"])
def test_every_setting_in_force_is_named_in_the_settings_file(render, case):
    """No import and no app of the library adds a setting."""
    folder = render(case)
    settings = ast.parse((folder / "config" / "settings.py").read_text(encoding="utf-8"))
    names = {
        node.id
        for node in ast.walk(settings)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    command = [sys.executable, "-B", "-c", SETTINGS_IN_FORCE]
    variables = {**read_env_example(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    in_force = set(run_program(command, folder, **variables).split())
    assert {"CHANNEL_LAYERS", "ASGI_APPLICATION", "AUTH_USER_MODEL", "DATABASES"} <= in_force
    assert in_force - names - {"SETTINGS_MODULE"} == set()


# Reserved names

DEVICES = {
    "aux",
    "con",
    "nul",
    "prn",
    *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)),
}


@pytest.mark.slow
def test_the_reserved_names_are_the_packages_that_projects_install(render, tmp_path):
    newest = next(filter(None, map(find_python, ("3.14", "3.13", "3.12"))), None)
    if newest is None:
        pytest.skip("No installed Python supports every Django.")
    names = set()
    for project in {
        (render(case) / "pyproject.toml").read_text(encoding="utf-8") for case in MATRIX
    }:
        (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
        (tmp_path / "uv.lock").unlink(missing_ok=True)
        run_module(
            "uv",
            "lock",
            "--quiet",
            "--python",
            newest,
            folder=tmp_path,
            UV_PYTHON_DOWNLOADS="never",
        )
        lock = tomllib.loads((tmp_path / "uv.lock").read_text(encoding="utf-8"))
        names |= {
            package["name"] for package in lock["package"] if "virtual" not in package["source"]
        }
    assert set(SCHEMA["_reserved_names"]) == names | DEVICES | {"chanscaffold", "channels-realtime"}
