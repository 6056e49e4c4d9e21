"""Every combination of the options: it compiles, is linted, laid out and typed, and its settings are fit to serve.

All are rendered. Compiled, typed and checked is each different set of what these read; options that change other
files alone make no new set, whichever they are.
"""

import functools
import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.option_matrix import SCHEMA, combine, cover_pairs, describe, list_choices
from support.pythons import UV, python_or_skip
from support.renders import read_all
from support.servers import PRODUCTION_VARIABLES
from support.tools import read_env_example, run_module, run_program

from channels_doctor.examine.main import findings
from channels_doctor.examine.project import Project
from channels_doctor.examine.registry import load

pytestmark = pytest.mark.slow

COMBINATIONS = combine(list_choices(SCHEMA))
each_line = pytest.mark.parametrize("django", SCHEMA["django"])


@dataclass
class Line:
    """The combinations with one version of Django, and a Python that has what all of them install."""

    python: Path
    folders: dict  # every render, by its name
    sets: dict  # one render of each different set, by its name


@pytest.fixture(scope="session")
def lines(render_in_process, tmp_path_factory):
    """Return a function that gives the line of a version of Django, made once."""

    @functools.cache
    def make(django):
        oldest = python_or_skip(SCHEMA["_python"][django])
        chosen = [answers for answers in COMBINATIONS if answers["django"] == django]
        folders = {describe(answers): render_in_process(answers) for answers in chosen}
        place = tmp_path_factory.mktemp("line")
        return Line(install(place, folders.values(), oldest), folders, different(folders))

    return make


def install(place, folders, python):
    """Install what the projects need, all together, and return the Python that has it."""
    projects = [
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")) for folder in folders
    ]
    packages = {
        package
        for project in projects
        for package in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])
    }
    run_program([UV, "venv", "--quiet", "--python", python, ".venv"], place)
    installed = place / ".venv" / "bin" / "python"
    run_program([UV, "pip", "install", "--quiet", "--python", installed, *sorted(packages)], place)
    return installed


def different(folders):
    """Return one folder for each different set of Python files, pages, tools' settings and variables."""
    sets = {}
    for name, folder in sorted(folders.items()):
        tools = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
        inputs = read_all(folder, ".py", ".html"), tools, variables_of(folder)
        sets.setdefault(hashlib.sha256(json.dumps(inputs).encode()).hexdigest(), name)
    return {name: folders[name] for name in sets.values()}


def variables_of(folder):
    """Return the variables of .env.example that settings.py reads and production leaves as they are."""
    variables = read_env_example(folder)
    return {name: variables[name] for name in ("DATABASE_URL", "CHANNEL_LAYER_URL")}


@each_line
def test_every_combination_is_linted_and_laid_out(lines, django):
    line = lines(django)
    folders = line.folders.values()
    run_module(
        "ruff", "check", "--no-cache", *folders, folder=line.python.parent, python=line.python
    )
    run_module(
        "ruff",
        "format",
        "--check",
        "--no-cache",
        *folders,
        folder=line.python.parent,
        python=line.python,
    )


@each_line
def test_every_combination_compiles_without_a_warning(lines, django, tmp_path):
    line = lines(django)
    strict = [line.python, "-W", "error", "-m", "compileall", "-q"]
    run_program([*strict, *line.sets.values()], tmp_path, PYTHONPYCACHEPREFIX=tmp_path)


@each_line
def test_the_types_of_every_combination_are_right(lines, django, tmp_path):
    line = lines(django)
    for folder in line.sets.values():
        variables = {**variables_of(folder), "SECRET_KEY": "x"}
        command = ("mypy", "--cache-dir", tmp_path, ".")
        run_module(
            *command, folder=folder, python=line.python, PYTHONDONTWRITEBYTECODE="1", **variables
        )


@each_line
def test_every_combination_is_fit_for_production(lines, django):
    line = lines(django)
    for folder in line.sets.values():
        variables = {**PRODUCTION_VARIABLES, **variables_of(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        said = run_program([line.python, "manage.py", "check", "--deploy"], folder, **variables)
        assert said == "System check identified no issues (2 silenced).\n"


@each_line
def test_doctor_has_nothing_to_say_of_the_files_of_any_combination(lines, django):
    rules = load()
    for name, folder in lines(django).folders.items():
        assert list(findings(Project(str(folder)), rules)) == [], name


def test_what_is_made_here_is_what_cookiecutter_makes(render_in_process, bake):
    answers = cover_pairs(list_choices(SCHEMA))[0]
    ours, theirs = render_in_process({**answers, "project_name": "My Site"}), bake(answers)
    assert read_all(ours) == read_all(theirs)
